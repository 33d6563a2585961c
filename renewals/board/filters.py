"""What the pipeline can be narrowed by, from its address."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.filters import SEARCH, ListFilter, named, people_of, segments, teams_of
from accounts.forms.fields import zone_widget
from accounts.models import Product, Team
from accounts.models.customers import name_key
from accounts.peaks import rhythms_of
from renewals.desk.today import UNTOLD
from renewals.desk.words import STATES
from renewals.entitlement import State
from renewals.health.models import Snapshot
from renewals.health.score import Band, limits
from renewals.health.services import today_here
from renewals.health.words import BANDS
from renewals.locking.models import Clock
from renewals.locking.peaks import met_by, with_peaks
from renewals.pipeline.models import Category, Renewal, Stage
from renewals.pipeline.models.renewals import RenewalQuerySet
from renewals.pipeline.rates import home, rates_now

HOURS, DAYS = "hours", "days"
ALL, OPEN, SIGNED, LOST = "all", "open", "signed", "lost"
NOBODY = "nobody"
NO_STEP, LATE, THIS_WEEK = "none", "late", "week"
MOST_HOURS = 24 * 3660


def stages(_request: Any) -> QuerySet[Stage]:
    """The stages in use, and those that are not any more while renewals stand there."""
    return Stage.objects.filter(Q(retired_at=None) | Exists(Renewal.objects.filter(stage=OuterRef("pk"))))


class PipelineFilter(ListFilter):
    """Renewals on their way by everything that a manager asks for on Monday."""

    q = django_filters.CharFilter(label=_("Number or customer"), method="called")
    stage = django_filters.ModelChoiceFilter(label=_("Stage"), queryset=stages, empty_label=_("any"))
    outcome = django_filters.ChoiceFilter(
        label=_("Shown"),
        choices=[(SIGNED, pgettext_lazy("renewal", "signed")), (LOST, _("lost")), (ALL, _("all"))],
        empty_label=_("on the way"),
        method="ended",
    )
    team = django_filters.ModelChoiceFilter(
        label=_("Team"), field_name="contract__owner__team", queryset=Team.objects.none(), empty_label=_("any")
    )
    csm = django_filters.ChoiceFilter(label=_("CSM"), empty_label=_("anybody"), method="owned_by")
    within = django_filters.NumberFilter(
        label=_("Ends within"), min_value=0, max_value=MOST_HOURS, method="ends_within"
    )
    unit = django_filters.ChoiceFilter(
        label=_("hours or days"), choices=[(HOURS, _("hours"))], empty_label=_("days"), method="as_it_is"
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=list(STATES.items()), empty_label=_("any"), method="in_state"
    )
    told = django_filters.ChoiceFilter(
        label=_("Told"), choices=[(NOBODY, _("nobody yet"))], empty_label=_("either"), method="told_to"
    )
    peak = django_filters.ChoiceFilter(
        label=_("Peak of theirs"), choices=[("met", _("meets the end"))], empty_label=_("either"), method="meets_peak"
    )
    category = django_filters.ChoiceFilter(label=_("Forecast"), choices=Category.choices, empty_label=_("any"))
    step = django_filters.ChoiceFilter(
        label=_("Next step"),
        choices=[(NO_STEP, _("none")), (LATE, _("overdue")), (THIS_WEEK, _("within seven days"))],
        empty_label=_("any"),
        method="with_step",
    )
    amount_from = django_filters.NumberFilter(label=_("Amount from"), min_value=0, method="worth_at_least")
    amount_to = django_filters.NumberFilter(label=_("Amount to"), min_value=0, method="worth_at_most")
    product = django_filters.ModelChoiceFilter(
        label=_("Product"), field_name="contract__product", queryset=Product.objects.all(), empty_label=_("any")
    )
    segment = django_filters.ChoiceFilter(
        label=_("Segment"), field_name="contract__customer__segment", choices=segments, empty_label=_("any")
    )
    zone = django_filters.CharFilter(label=_("Time zone"), field_name="term__time_zone", lookup_expr="iexact")
    health = django_filters.ChoiceFilter(
        label=_("Health"), choices=list(BANDS.items()), empty_label=_("any"), method="faring"
    )

    FIRST: tuple[str, ...] = ("stage", "csm", "within", "unit", "told")
    """The fields beside the search that are in sight at once."""

    class Meta:
        model = Renewal
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["zone"].widget = zone_widget()
        self.form.fields["zone"].widget.attrs["class"] = "form-control"
        for name in ("amount_from", "amount_to"):
            field = self.form.fields[name]
            field.label = f"{field.label} ({home()})"

    @property
    def first(self) -> list[forms.BoundField]:
        """The fields that stay in sight."""
        return [self.form[name] for name in self.FIRST]

    @property
    def others(self) -> list[forms.BoundField]:
        """Those that unfold."""
        return [field for field in self.form if field.name not in (SEARCH, *self.FIRST)]

    @property
    def narrows_further(self) -> bool:
        """Whether one of those that unfold says something."""
        return any(self.form.data.get(field.name) for field in self.others)

    def get_form_class(self) -> type[forms.Form]:
        """With the teams and people of the reader to choose from."""
        self.filters["team"].queryset = self.filters["team"].field.queryset = teams_of(self.request.user)
        self.filters["csm"].extra["choices"] = [(NOBODY, gettext("nobody")), *named(people_of(self.request.user))]
        return super().get_form_class()

    def filter_queryset(self, queryset: RenewalQuerySet) -> RenewalQuerySet:
        """What has ended is shown when it is asked for."""
        found = super().filter_queryset(queryset)
        return self.narrowed(found)

    def narrowed(self, found: RenewalQuerySet) -> RenewalQuerySet:
        """Without a word about it, what is on the way."""
        return found if self.form.cleaned_data.get("outcome") else found.open()

    def called(self, renewals: RenewalQuerySet, _name: str, text: str) -> RenewalQuerySet:
        """Part of the number, or of the customer's name as `name_key` compares names."""
        key = name_key(text)
        return renewals.filter(Q(contract__number__icontains=text.strip()) | Q(contract__customer__key__contains=key))

    def ended(self, renewals: RenewalQuerySet, _name: str, how: str) -> RenewalQuerySet:
        return renewals if how == ALL else renewals.filter(outcome=how)

    def owned_by(self, renewals: RenewalQuerySet, _name: str, whose: str) -> RenewalQuerySet:
        return renewals.filter(contract__owner=None if whose == NOBODY else int(whose))

    def as_it_is(self, renewals: RenewalQuerySet, _name: str, _unit: str) -> RenewalQuerySet:
        """A unit says something together with its number alone."""
        return renewals

    def ends_within(self, renewals: RenewalQuerySet, _name: str, many: Decimal) -> RenewalQuerySet:
        """By the last minute, from now on: what has passed already is not ahead."""
        hours = float(many) * (1 if self.form.cleaned_data.get("unit") == HOURS else 24)
        now = self.request.now
        return renewals.filter(ends_at__gt=now, ends_at__lte=now + timedelta(hours=min(hours, MOST_HOURS)))

    def clocks(self) -> Any:
        """The clocks that count now."""
        return Clock.objects.counting(at=self.request.now)

    def in_state(self, renewals: RenewalQuerySet, _name: str, state: str) -> RenewalQuerySet:
        found = self.clocks().in_state(State(state), at=self.request.now)
        return renewals.filter(contract__in=found.order_by().values("contract"))

    def told_to(self, renewals: RenewalQuerySet, _name: str, _who: str) -> RenewalQuerySet:
        return renewals.filter(
            contract__in=self.clocks().filter(UNTOLD, is_history=False).order_by().values("contract")
        )

    def meets_peak(self, renewals: RenewalQuerySet, _name: str, _met: str) -> RenewalQuerySet:
        """Computed, of those whose customers have peaks at all and end soon enough to speak of it (rule 18)."""
        visible = Renewal.objects.visible_to(self.request.user).open().order_by().values("contract")
        near = list(with_peaks(self.clocks().filter(contract__in=visible), now=self.request.now))
        rhythms = rhythms_of(clock.contract.customer_id for clock in near)
        met = met_by(near, rhythms=rhythms, now=self.request.now)
        return renewals.filter(contract__in=[clock.contract_id for clock in near if clock.pk in met])

    def with_step(self, renewals: RenewalQuerySet, _name: str, which: str) -> RenewalQuerySet:
        today = today_here(self.request.now)
        match which:
            case "none":
                return renewals.filter(next_step="")
            case "late":
                return renewals.filter(next_step_on__lt=today)
            case _:
                return renewals.filter(next_step_on__gte=today, next_step_on__lt=today + timedelta(days=7))

    def worth(self, renewals: RenewalQuerySet, compared: str, amount: Decimal) -> RenewalQuerySet:
        """By the expected amount in the home currency: what has no rate is worth nothing that could be compared."""
        rates = rates_now(now=self.request.now)
        wanted = Q()
        for currency in (home(), *rates.by_currency):
            wanted |= Q(currency=currency, **{f"amount__{compared}": rates.out_of_home(amount, currency)})
        return renewals.filter(wanted)

    def worth_at_least(self, renewals: RenewalQuerySet, _name: str, amount: Decimal) -> RenewalQuerySet:
        return self.worth(renewals, "gte", amount)

    def worth_at_most(self, renewals: RenewalQuerySet, _name: str, amount: Decimal) -> RenewalQuerySet:
        return self.worth(renewals, "lte", amount)

    def faring(self, renewals: RenewalQuerySet, _name: str, word: str) -> RenewalQuerySet:
        """By the scores of the last whole day: an index says whose they are."""
        least, below = limits(Band(word))
        kept = Snapshot.objects.of_last_day().filter(score__gte=least, score__lt=below)
        return renewals.filter(contract__in=kept.order_by().values("contract"))
