"""The renewal of each term on its way, and every change of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Contact, Contract, ContractTerm, User
from accounts.models.contracts import about_contracts_in_sight_of, validate_currency
from renewals.pipeline.models.stages import MOST, Category, LossReason, Stage


class RenewalQuerySet(models.QuerySet["Renewal"]):
    def visible_to(self, user: User) -> Self:
        """Renewals of the contracts that `user` may see."""
        return self.filter(about_contracts_in_sight_of(user))

    def open(self) -> Self:
        """Neither signed nor lost."""
        return self.filter(outcome="")

    def with_next(self) -> Self:
        """Each with `has_next`: whether another term has followed its own."""
        later = ContractTerm.objects.filter(contract=OuterRef("contract"), ends_at__gt=OuterRef("ends_at"))
        return self.annotate(has_next=Exists(later))


class Renewal(models.Model):
    """Going on after one term: the stage, the money now and expected, what comes next, and how it ended.

    `ends_at`, `amount_now` and `currency_now` are the term's own, kept in the transaction that changes those, so that
    a list of many is one index scan. Signed here means that they said so; the next term is the contract's.
    """

    class Outcome(models.TextChoices):
        SIGNED = "signed", pgettext_lazy("renewal", "signed")
        LOST = "lost", _("lost")

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="renewals", verbose_name=_("contract"))
    term = models.OneToOneField(ContractTerm, models.CASCADE, related_name="renewal", verbose_name=_("term"))
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="renewals", verbose_name=_("stage"))
    ends_at = models.DateTimeField(_("ends at"), editable=False)
    amount_now = models.DecimalField(_("amount now"), max_digits=14, decimal_places=2, null=True, editable=False)
    currency_now = models.CharField(_("currency now"), max_length=3, blank=True, editable=False)
    amount = models.DecimalField(
        _("expected amount"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True, validators=[validate_currency])
    category = models.CharField(_("forecast"), max_length=10, choices=Category)
    probability = models.PositiveSmallIntegerField(_("probability"), validators=[MaxValueValidator(MOST)])
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    next_step_on = models.DateField(_("by the day"), null=True, blank=True)
    risks = models.TextField(_("risks"), max_length=1000, blank=True)
    competitor = models.CharField(_("competitor"), max_length=100, blank=True)
    deciders = models.ManyToManyField(Contact, blank=True, related_name="+", verbose_name=_("who decides"))
    outcome = models.CharField(_("outcome"), max_length=6, choices=Outcome, blank=True)
    loss_reason = models.ForeignKey(
        LossReason, models.PROTECT, null=True, blank=True, related_name="renewals", verbose_name=_("why it is lost")
    )
    loss_words = models.CharField(_("in words"), max_length=500, blank=True)
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)

    objects = RenewalQuerySet.as_manager()

    class Meta:
        ordering = ("ends_at", "pk")
        verbose_name = _("renewal")
        verbose_name_plural = _("renewals")
        constraints = (
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="renewal_is_closed_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome="lost", loss_reason__isnull=False)
                | (~Q(outcome="lost") & Q(loss_reason=None, loss_words="")),
                name="renewal_is_lost_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0, currency__regex="^[A-Z]{3}$"),
                name="renewal_amount_has_its_currency",
            ),
            models.CheckConstraint(condition=Q(probability__lte=MOST), name="renewal_is_at_most_certain"),
            models.CheckConstraint(
                condition=Q(next_step_on=None) | ~Q(next_step=""),
                name="renewal_step_by_a_day_is_named",
                violation_error_message=_("Say what is to be done by that day."),
            ),
        )
        indexes = (
            # The table, the board's columns, and the sums of both: what is on its way, the next end first.
            models.Index(
                fields=("ends_at", "id"),
                include=("contract", "stage", "currency", "amount", "probability"),
                name="renewal_open",
                condition=Q(outcome=""),
            ),
            models.Index(fields=("stage", "ends_at", "id"), name="renewal_open_stage", condition=Q(outcome="")),
            models.Index(fields=("closed_at",), name="renewal_closed", condition=~Q(outcome="")),
            # Read by the board: what ended lately at a stage, the next end first, and what it adds up to.
            models.Index(
                fields=("stage", "closed_at"),
                include=("id", "ends_at", "currency", "amount"),
                name="renewal_ended",
                condition=~Q(outcome=""),
            ),
            # Read by the forecast and the last mile: all that ends in some months, and every amount that they add up.
            models.Index(
                fields=("ends_at",),
                include=(
                    "id",
                    "term",
                    "contract",
                    "outcome",
                    "category",
                    "probability",
                    "amount",
                    "currency",
                    "amount_now",
                    "currency_now",
                    "opened_at",
                ),
                name="renewal_in_figures",
            ),
            # Read by the forecast: what has come in since a week ago.
            models.Index(fields=("opened_at",), name="renewal_opened"),
        )

    def __str__(self) -> str:
        return f"{self.contract_id} {self.ends_at:%Y-%m-%dT%H:%MZ}"

    @property
    def is_open(self) -> bool:
        """Whether it is still on its way."""
        return not self.outcome


class RenewalChange(models.Model):
    """One field of a renewal that somebody, or the contract itself, changed: from what to what, by whom, when.

    Values are as text, of rows their keys. What a renewal was at an instant is `before` of its first change after it.
    """

    class Field(models.TextChoices):
        STAGE = "stage", _("stage")
        AMOUNT = "amount", _("expected amount")
        CURRENCY = "currency", _("currency")
        CATEGORY = "category", _("forecast")
        PROBABILITY = "probability", _("probability")
        NEXT_STEP = "next_step", _("next step")
        NEXT_STEP_ON = "next_step_on", _("by the day")
        RISKS = "risks", _("risks")
        COMPETITOR = "competitor", _("competitor")
        DECIDERS = "deciders", _("who decides")
        LOSS_REASON = "loss_reason", _("why it is lost")
        LOSS_WORDS = "loss_words", _("in words")
        ENDS_AT = "ends_at", _("last minute")
        AMOUNT_NOW = "amount_now", _("amount now")
        CURRENCY_NOW = "currency_now", _("currency now")

    renewal = models.ForeignKey(Renewal, models.CASCADE, related_name="changes", verbose_name=_("renewal"))
    field = models.CharField(_("what"), max_length=12, choices=Field)
    before = models.TextField(_("before"), blank=True)
    after = models.TextField(_("after"), blank=True)
    at = models.DateTimeField(_("at"))
    by_user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    by_name = models.CharField(_("by"), max_length=200)

    class Meta:
        ordering = ("at", "pk")
        verbose_name = _("change of a renewal")
        verbose_name_plural = _("changes of renewals")
        indexes = (
            models.Index(fields=("renewal", "field", "at"), name="renewal_change_as_of"),
            models.Index(fields=("at",), name="renewal_change_at"),
        )

    def __str__(self) -> str:
        return f"{self.renewal_id} {self.field} {self.at:%Y-%m-%dT%H:%MZ}"


class Opening(models.Model):
    """Until when somebody has looked which ends have come near enough for a renewal: one row."""

    looked_until = models.DateTimeField(_("looked until"))

    class Meta:
        verbose_name = _("watch over renewals")
        verbose_name_plural = _("watches over renewals")
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="opening_is_one_row"),)

    def __str__(self) -> str:
        return f"{self.looked_until:%Y-%m-%dT%H:%MZ}"
