"""The list of touches: every step of the plans that the reader may see, what narrows it, and the same as a file."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts import wording
from accounts.filters import OWNERS, ListFilter, owned
from accounts.models import Product, User
from accounts.models.customers import name_key
from accounts.tables.cells import two_lines
from accounts.tables.files import Column, utc
from renewals.desk.plans import state_of
from renewals.playbooks.models import Channel, PlanStep
from renewals.playbooks.models.plans import PlanStepQuerySet
from renewals.playbooks.standing import Standing
from renewals.playbooks.words import PURPOSES

if TYPE_CHECKING:

    class Row(PlanStep):
        """A step as `touches` reads it."""

        stands: str

else:
    Row = PlanStep

ANY = "any"
STATES = [
    (Standing.TO_WRITE.value, _("to write or call now")),
    (Standing.TO_COME.value, _("to come")),
    (Standing.DONE.value, _("done")),
    (Standing.DROPPED.value, _("left out")),
    (Standing.LAPSED.value, _("lapsed")),
    (ANY, _("any")),
]
DAYS = [("1", _("24 hours")), ("7", _("7 days")), ("30", _("30 days")), ("90", _("90 days"))]
LOOKS = {Standing.TO_WRITE: " buffer", Standing.DONE: " active"}


def touches(user: User, *, now: datetime) -> PlanStepQuerySet:
    """The steps of the plans that `user` may see, with what a row shows, in order of time."""
    steps = PlanStep.objects.visible_to(user).with_standing(at=now).order_by("goes_at", "pk")
    return steps.select_related("contract__customer", "contract__product", "contract__owner", "contact__customer")


class TouchTable(tables.Table):
    """Steps, one line each: when it goes out, for which customer, what, to whom, who writes, how it stands."""

    goes_at = tables.Column(verbose_name=_("Goes out"), order_by=("goes_at", "pk"))
    customer = tables.Column(
        verbose_name=_("Customer"), accessor="contract__customer", order_by=("contract__customer__name", "pk")
    )
    step = tables.Column(verbose_name=_("Step"), accessor="purpose", order_by=("purpose", "goes_at", "pk"))
    contact = tables.Column(verbose_name=_("To whom"), empty_values=(), order_by=("contact__name", "pk"))
    writer = tables.Column(verbose_name=_("Who writes"), order_by=("contract__owner__name", "writer", "pk"))
    state = tables.Column(verbose_name=_("State"), orderable=False, accessor="stands")

    class Meta:
        template_name = "tables/list.html"
        empty_text = _("No touch fits. A contract’s plan is laid 97 days before its end.")

    def __init__(self, *args: Any, now: datetime, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.reader = now, reader

    def render_goes_at(self, record: Row) -> SafeString:
        own = wording.beside(record.goes_at, record.zone, self.reader.time_zone)
        said = format_html(
            '<a class="row-link" href="{}#plan-{}"><strong class="num"><time datetime="{}">{}</time></strong></a>',
            record.contract.get_absolute_url(),
            record.contract_id,
            record.goes_at.isoformat(timespec="minutes"),
            wording.day_label(record.goes_at, record.zone, self.now),
        )
        return two_lines(said, " · ".join(part for part in (wording.zone_name(record.zone), own) if part))

    def render_customer(self, record: Row) -> SafeString:
        return two_lines(record.contract.customer.name, f"{record.contract.number} · {record.contract.product.name}")

    def render_step(self, record: Row) -> SafeString:
        return two_lines(record.name, record.get_channel_display())

    def render_contact(self, record: Row) -> str:
        return record.contact.name if record.contact else "–"

    def render_writer(self, record: Row) -> SafeString:
        return two_lines(record.get_writer_display(), record.contract.owner or "")

    def render_state(self, record: Row) -> SafeString:
        look = LOOKS.get(Standing(record.stands), "")
        return format_html('<span class="pill{}">{}</span>', look, state_of(record, record.stands))


class TouchFilter(ListFilter):
    """Steps by number or customer, whose, how they stand, what for, by which way, product, and how soon."""

    q = django_filters.CharFilter(label=_("Number or customer"), method="called")
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=STATES, empty_label=_("now or to come"), method="standing_so"
    )
    owner = django_filters.ChoiceFilter(label=_("Owner"), choices=OWNERS, empty_label=_("anybody"), method="owned_by")
    purpose = django_filters.ChoiceFilter(label=_("Purpose"), choices=PURPOSES, empty_label=_("any"))
    channel = django_filters.ChoiceFilter(label=_("By"), choices=Channel.choices, empty_label=_("any"))
    product = django_filters.ModelChoiceFilter(
        label=_("Product"), field_name="contract__product", queryset=Product.objects.all(), empty_label=_("any")
    )
    within = django_filters.ChoiceFilter(
        label=_("Goes out within"), choices=DAYS, empty_label=_("any time"), method="going_within"
    )

    class Meta:
        model = PlanStep
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Nothing said about how they stand: those that somebody can still do something about."""
        found: PlanStepQuerySet = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.coming(at=self.request.now)

    def called(self, steps: PlanStepQuerySet, _name: str, text: str) -> PlanStepQuerySet:
        key = Q(contract__customer__key__contains=name_key(text))
        return steps.filter(Q(contract__number__icontains=text.strip()) | key)

    def standing_so(self, steps: PlanStepQuerySet, _name: str, stands: str) -> PlanStepQuerySet:
        return steps if stands == ANY else steps.in_standing(stands, at=self.request.now)

    def owned_by(self, steps: PlanStepQuerySet, _name: str, whose: str) -> PlanStepQuerySet:
        return owned(steps, "contract__owner", whose, self.request.user)

    def going_within(self, steps: PlanStepQuerySet, _name: str, days: str) -> PlanStepQuerySet:
        """What was to go out already is no less near."""
        return steps.filter(goes_at__lte=self.request.now + timedelta(days=int(days)))


TOUCH_COLUMNS = [
    Column(heading=_("goes out at (UTC)"), cell=lambda step: utc(step.goes_at)),
    Column(heading=_("time zone"), cell=lambda step: step.zone),
    Column(heading=_("number"), cell=lambda step: step.contract.number),
    Column(heading=_("customer"), cell=lambda step: step.contract.customer.name),
    Column(heading=_("product"), cell=lambda step: step.contract.product.name),
    Column(heading=_("step"), cell=lambda step: step.name),
    Column(heading=_("purpose"), cell=lambda step: step.get_purpose_display()),
    Column(heading=_("by"), cell=lambda step: step.get_channel_display()),
    Column(heading=_("to whom"), cell=lambda step: step.contact.name if step.contact else ""),
    Column(heading=_("e-mail"), cell=lambda step: step.contact.email if step.contact else ""),
    Column(heading=_("who writes"), cell=lambda step: step.get_writer_display()),
    Column(heading=_("state"), cell=lambda step: state_of(step, step.stands)),
    Column(heading=_("can be written from (UTC)"), cell=lambda step: utc(step.write_from)),
    Column(heading=_("the manager is told at (UTC)"), cell=lambda step: utc(step.manager_at)),
    Column(heading=_("what came of it"), cell=lambda step: step.done_how or step.dropped_why),
    Column(heading=_("owner"), cell=lambda step: step.contract.owner.email if step.contract.owner else ""),
]
