"""Products, contracts, their terms and their amendments: what was promised, and how it came to be so."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models.customers import Customer
from accounts.models.fields import WallTimeField, validate_zone
from accounts.models.owners import IsAnyOf, in_sight_of
from accounts.models.people import User

validate_currency = RegexValidator(r"^[A-Z]{3}$", _("Write the currency as three capital letters, such as CNY."))


def validate_number(number: str) -> None:
    """Refuse a number that could not stand in an address: on several lines, or with a part that is only dots."""
    if not number.isprintable() or any(part in (".", "..") for part in number.split("/")):
        raise ValidationError(_("A number is one line, and no part of it is only dots."), code="number")


class Product(models.Model):
    """Something that is sold by contract, with the moment at which it really locks on its own (rule 21)."""

    class LockConvention(models.TextChoices):
        AS_PROMISED = "as_promised", _("when the portal says so")
        LAST_DAY_BEGINS = "last_day_begins", _("00:00 of the last day")
        LAST_DAY_ENDS = "last_day_ends", _("00:00 after the last day")
        LAST_DAY_AT = "last_day_at", _("a clock time of the last day")

    code = models.SlugField(_("code"), max_length=60, unique=True, allow_unicode=True)
    name = models.CharField(_("name"), max_length=200)
    lock_convention = models.CharField(
        _("locks on its own at"), max_length=20, choices=LockConvention, default=LockConvention.AS_PROMISED
    )
    lock_zone = models.CharField(
        _("in the zone"),
        max_length=64,
        blank=True,
        validators=[validate_zone],
        help_text=_("The zone of the product's own clock. Empty: each customer's."),
    )
    lock_clock = models.TimeField(
        _("at this clock time"), null=True, blank=True, help_text=_("For a clock time of the last day, such as 18:00.")
    )
    lock_grace_hours = models.PositiveSmallIntegerField(
        _("hours it waits"),
        default=0,
        validators=[MaxValueValidator(24 * 90)],
        help_text=_("How long after that the product still lets people work."),
    )

    class Meta:
        ordering = ("name",)
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(lock_convention="last_day_at") | models.Q(lock_clock__isnull=False),
                name="product_that_locks_at_a_clock_time_names_it",
                violation_error_message=_("Say at which clock time it locks, such as 18:00."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class ContractQuerySet(models.QuerySet["Contract"]):
    def visible_to(self, user: User) -> ContractQuerySet:
        """Contracts that `user` may see: their team's, and those nobody owns yet; administrators see all."""
        if user.sees_everything:
            return self
        return self.filter(in_sight_of(user))

    def numbered(self, number: str) -> ContractQuerySet:
        """The contracts under one number: one a product, in a steady order."""
        return self.filter(number=number).order_by("product__name", "pk")


def about_contracts_in_sight_of(user: User, column: str = "contract") -> models.Q:
    """What is about contracts that `user` may see, by a column that names them: as `Contract.objects.visible_to`.

    The contracts are read first, into an array. Then the planner goes by the rows' own index of contracts, whatever
    the order; a join it prefers to avoid, and walks through everybody's rows in their order to find a few.
    """
    if user.sees_everything:
        return models.Q()
    seen = Contract.objects.visible_to(user).order_by()
    return models.Q(IsAnyOf(models.F(column), ArraySubquery(seen.values("pk"))))


class Contract(models.Model):
    """One customer's right to one product under one number: a chain of terms."""

    class Kind(models.TextChoices):
        PAID = "paid", _("paid")
        TRIAL = "trial", _("trial")

    number = models.CharField(_("number"), max_length=120, validators=[validate_number])
    product = models.ForeignKey(Product, models.PROTECT, related_name="contracts", verbose_name=_("product"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contracts", verbose_name=_("customer"))
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="contracts", verbose_name=_("owner")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PAID)
    signed_by = models.CharField(_("signed by"), max_length=100, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    renews_itself = models.BooleanField(_("renews by itself"), default=False)
    notice_days = models.PositiveSmallIntegerField(
        _("days of notice"),
        null=True,
        blank=True,
        help_text=_("How many days before the end the last “no” counts."),
    )
    renews_for = models.CharField(
        _("renews for"), max_length=60, default="1 year", help_text=_("The term that joins by itself, such as 1 year.")
    )
    declined_at = models.DateTimeField(
        _("said no at"), null=True, blank=True, help_text=_("The customer will not go on. The buffer stays theirs.")
    )

    objects = ContractQuerySet.as_manager()

    class Meta:
        ordering = ("number", "pk")
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints = (
            models.UniqueConstraint(
                fields=("number", "product"),
                name="contract_once_a_number_and_product",
                violation_error_message=_("This number already has a contract for this product."),
            ),
            models.CheckConstraint(
                condition=~models.Q(number__regex=r"[[:cntrl:]]|(^|/)\.{1,2}(/|$)"),
                name="contract_number_is_an_address",
            ),
            models.CheckConstraint(
                # A comparison with NULL is not false, so that alone would let it pass.
                condition=models.Q(renews_itself=False) | models.Q(notice_days__isnull=False, notice_days__gt=0),
                name="contract_that_renews_itself_has_notice",
                violation_error_message=_("A contract that renews by itself needs its days of notice."),
            ),
        )
        indexes = (
            GinIndex(OpClass(Upper("number"), name="gin_trgm_ops"), name="contract_number_trgm"),
            # Read by the figures of very many renewals: whose each is, and whether it is paid for.
            models.Index(fields=("id",), include=("owner", "customer", "product", "kind"), name="contract_in_figures"),
            # Read by the tick alone: the few that may renew by themselves.
            models.Index(
                fields=("id",),
                name="contract_renews_itself",
                condition=models.Q(renews_itself=True, declined_at=None),
            ),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("desk:contract", args=[self.number])


class DateTruncMinute(models.Func):
    """The instant without its seconds. Unlike `TruncMinute` it holds in any session zone."""

    template = "DATE_TRUNC('minute', %(expressions)s)"
    arity = 1


class ContractTerm(models.Model):
    """One term as it was sold, the last minute that was promised, and the instants that follow from it (rule 1).

    `last_minute` is wall time in `time_zone`, inclusive: the promise. `starts_at` and `ends_at` are UTC and
    half-open; only `accounts.services` writes them, from `accounts.terms`.
    """

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="terms", verbose_name=_("contract"))
    sold_from = models.CharField(
        _("starts"), max_length=40, help_text=_("As it was said: a day, a wall time, an instant.")
    )
    sold_as = models.CharField(_("term"), max_length=60, help_text=_("As it was said: 30 days, through 2026-05-15."))
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])
    last_minute = WallTimeField(_("last minute"))
    whole_day = models.BooleanField(_("through the whole day"), default=True)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    seats = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    value = models.DecimalField(
        _("value"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True, validators=[validate_currency])
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        ordering = ("starts_at",)
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        constraints = (
            ExclusionConstraint(
                name="terms_of_a_contract_never_overlap",
                expressions=(
                    ("contract", RangeOperators.EQUAL),
                    (
                        models.Func(
                            "starts_at",
                            "ends_at",
                            RangeBoundary(),
                            function="TSTZRANGE",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ),
                violation_error_message=_("This term overlaps another term of the same contract."),
            ),
            models.CheckConstraint(
                condition=models.Q(starts_at__lt=models.F("ends_at")), name="term_starts_before_it_ends"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at=DateTruncMinute("ends_at", output_field=models.DateTimeField())),
                name="term_ends_on_a_whole_minute",
            ),
            models.CheckConstraint(
                condition=models.Q(value=None) | models.Q(value__gte=0, currency__regex="^[A-Z]{3}$"),
                name="term_value_has_its_currency",
            ),
        )
        indexes = (
            # With the wall time: in the figures of a month it decides about whatever ends near the month's edges.
            models.Index(fields=("ends_at",), include=("id", "last_minute"), name="term_ends"),
            # Read by the first page: for what nobody has put a price on record.
            models.Index(fields=("contract",), name="term_without_price", condition=models.Q(value=None)),
        )

    def __str__(self) -> str:
        return f"{self.contract_id}: {self.last_minute:%Y-%m-%dT%H:%M} {self.time_zone}"


class Amendment(models.Model):
    """One change of a contract on record: what, from what to what, why, by whom, when (rules 5 and 24)."""

    class Kind(models.TextChoices):
        SIGNED = "signed", _("signed")
        RENEWED = "renewed", _("renewed")
        EXTENDED = "extended", _("extended")
        SHORTENED = "shortened", _("shortened")
        CHANGED = "changed", _("changed")
        RECONCILED = "reconciled", _("moved by a change of zone law")

    MOVES = (Kind.EXTENDED, Kind.SHORTENED)
    """What makes it another promise: who was told before was told of another minute."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="amendments", verbose_name=_("contract"))
    term = models.ForeignKey(
        ContractTerm, models.SET_NULL, null=True, related_name="amendments", verbose_name=_("term")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    at = models.DateTimeField(_("at"))
    by_user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    by_name = models.CharField(_("by"), max_length=200)
    reason = models.TextField(_("reason"), blank=True)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)

    class Meta:
        ordering = ("at", "pk")
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(kind="shortened") | (~models.Q(reason="") & ~models.Q(by_user=None)),
                name="shortening_takes_a_person_and_a_reason",
            ),
        )
        indexes = (
            # Read by the figures of what is kept: the few contracts that once were trials.
            models.Index(
                fields=("contract", "at"), name="amendment_from_trial", condition=models.Q(before__kind="trial")
            ),
        )

    def __str__(self) -> str:
        return f"{self.contract_id} {self.kind} {self.at:%Y-%m-%dT%H:%MZ}"


def promise(last_minute: datetime, time_zone: str) -> dict[str, Any]:
    """How a promised minute is kept in an amendment's `before` and `after`."""
    return {"last_minute": last_minute.isoformat(timespec="minutes"), "time_zone": time_zone}
