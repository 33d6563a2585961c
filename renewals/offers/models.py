"""Options, what was agreed with them, and the purchase orders that came along.

An option is never changed, only withdrawn, so nobody signs what they did not see. An agreement is never changed at all.
"""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Contract, ContractTerm, User
from accounts.models.contracts import DateTruncMinute, validate_currency
from accounts.models.prices import PERCENT


class Sha256(models.Func):
    """The SHA-256 of a text as UTF-8, in hexadecimal, as the database works it out."""

    template = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    arity = 1


class OptionQuerySet(models.QuerySet["Option"]):
    def visible_to(self, user: User) -> Self:
        """Options of the contracts that `user` may see."""
        return self.filter(contract__in=Contract.objects.visible_to(user))

    def standing(self, *, at: datetime) -> Self:
        """Neither withdrawn nor past their last minute."""
        return self.filter(Q(valid_ends_at=None) | Q(valid_ends_at__gt=at), withdrawn_at=None)


class Option(models.Model):
    """One way to go on after one term: for how long, how many seats, for how much, and until when it can be had.

    `unit` is per seat for the whole length, or for all of it where nobody counts seats; before discount and tax.
    """

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="options", verbose_name=_("contract"))
    after = models.ForeignKey(
        ContractTerm, models.CASCADE, related_name="options", verbose_name=_("follows"), help_text=_("The term before.")
    )
    sold_as = models.CharField(_("term"), max_length=60)
    seats = models.PositiveIntegerField(_("seats"), null=True, blank=True, validators=[MinValueValidator(1)])
    seats_are_fixed = models.BooleanField(_("for just so many seats"), default=False)
    currency = models.CharField(_("currency"), max_length=3, validators=[validate_currency])
    unit = models.DecimalField(
        _("price per seat, before tax"), max_digits=14, decimal_places=2, validators=[MinValueValidator(Decimal(0))]
    )
    discount = models.DecimalField(
        _("discount in percent"), max_digits=5, decimal_places=2, default=Decimal(0), validators=PERCENT
    )
    tax_rate = models.DecimalField(
        _("tax in percent"), max_digits=5, decimal_places=2, default=Decimal(0), validators=PERCENT
    )
    valid_ends_at = models.DateTimeField(_("can be had until"), null=True, blank=True)
    note = models.CharField(_("a word to the customer"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("made by"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("withdrawn by")
    )

    objects = OptionQuerySet.as_manager()

    class Meta:
        ordering = ("made_at", "pk")
        verbose_name = _("option")
        verbose_name_plural = _("options")
        constraints = (
            models.CheckConstraint(condition=Q(seats=None) | Q(seats__gte=1), name="option_has_a_seat_or_counts_none"),
            models.CheckConstraint(condition=Q(unit__gte=0), name="option_price_is_not_negative"),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="option_has_its_currency"),
            models.CheckConstraint(condition=Q(discount__gte=0, discount__lte=100), name="option_discount_is_percent"),
            models.CheckConstraint(condition=Q(tax_rate__gte=0, tax_rate__lte=100), name="option_tax_is_percent"),
            models.CheckConstraint(
                condition=Q(valid_ends_at=None)
                | Q(valid_ends_at=DateTruncMinute("valid_ends_at", output_field=models.DateTimeField())),
                name="option_ends_on_a_whole_minute",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="option_withdrawn_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.contract_id}: {self.sold_as}"


MOST_DAYS, LONGEST_WORDS = 365, 1000


class PaymentTerms(models.Model):
    """How what is signed is to be paid, as an administrator set it: from `at` on, until the next. Never changed.

    `days` after the signature a payment is due; `limit` days after that the house is told of one that has not come.
    """

    at = models.DateTimeField(_("at"), unique=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    days = models.PositiveSmallIntegerField(
        _("Days to pay"), default=30, validators=[MaxValueValidator(MOST_DAYS)],
        help_text=_("So many days after the signature it is due. What has been signed keeps its day."),
    )  # fmt: skip
    limit = models.PositiveSmallIntegerField(
        _("Days we wait after that"), default=7, validators=[MaxValueValidator(MOST_DAYS)],
        help_text=_("After so many days more its CSM and their manager are told. Nothing is locked by it."),
    )  # fmt: skip
    words_zh = models.TextField(_("Words to the customer, in Chinese"), max_length=LONGEST_WORDS, blank=True)
    words_en = models.TextField(_("Words to the customer, in English"), max_length=LONGEST_WORDS, blank=True)

    class Meta:
        ordering = ("-at",)
        verbose_name = _("terms of payment")
        verbose_name_plural = _("terms of payment")
        constraints = (
            models.CheckConstraint(
                condition=Q(days__lte=MOST_DAYS, limit__lte=MOST_DAYS), name="payment_terms_in_bounds"
            ),
        )

    def __str__(self) -> str:
        return f"{self.days} + {self.limit}"

    @property
    def words(self) -> str:
        """The company's words in the reader's language; in the other one where it wrote only those."""
        chinese, english = self.words_zh, self.words_en
        return (chinese or english) if (get_language() or "").startswith("zh") else (english or chinese)


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, user: User) -> Self:
        """What was signed about the contracts that `user` may see."""
        return self.filter(contract__in=Contract.objects.visible_to(user))


class Agreement(models.Model):
    """What was agreed, frozen: the text that was signed and its hash. The database refuses to change or delete it.

    One follows each term: two people who sign at once are one renewal.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="agreements", verbose_name=_("contract"))
    after = models.OneToOneField(ContractTerm, models.PROTECT, related_name="agreed_next", verbose_name=_("follows"))
    term = models.OneToOneField(ContractTerm, models.PROTECT, related_name="agreement", verbose_name=_("term"))
    text = models.TextField(_("what was agreed"), help_text=_("JSON with sorted keys, word for word as it was hashed."))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    signer = models.CharField(_("signed by"), max_length=100)
    address = models.CharField(_("address"), max_length=254, blank=True)
    signed_at = models.DateTimeField(_("signed at"))
    order_number = models.CharField(_("purchase-order number"), max_length=60, blank=True)
    gross = models.DecimalField(_("to be paid"), max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    due_on = models.DateField(
        _("to be paid by"), null=True, help_text=_("As it was signed; empty where nothing is to be paid.")
    )
    due_ends_at = models.DateTimeField(_("overdue from"), null=True, help_text=_("The end of that day, in their zone."))

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ("-signed_at", "-pk")
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = (
            models.CheckConstraint(
                condition=Q(sha256=Sha256("text", output_field=models.TextField())), name="agreement_is_what_was_hashed"
            ),
            models.CheckConstraint(condition=~Q(signer=""), name="agreement_has_its_signer"),
            models.CheckConstraint(
                condition=Q(gross=None, currency="") | Q(gross__gte=0, currency__regex="^[A-Z]{3}$"),
                name="agreement_money_has_its_currency",
            ),
            models.CheckConstraint(
                condition=Q(due_on=None, due_ends_at=None)
                | Q(due_on__isnull=False, due_ends_at__isnull=False, due_ends_at__gt=models.F("signed_at")),
                name="agreement_is_due_after_it_was_signed",
            ),
        )
        # What is unpaid is looked for by its day: the list, and once a minute what waits for too long.
        indexes = (models.Index(fields=("due_ends_at",), condition=Q(due_ends_at__isnull=False), name="agreement_due"),)

    def __str__(self) -> str:
        return f"{self.contract_id} {self.signed_at:%Y-%m-%dT%H:%MZ} {self.sha256[:12]}"

    @property
    def tax_rate(self) -> Decimal | None:
        """The rate in percent that was signed; None where nothing was known of a tax."""
        said = json.loads(self.text)["tax_percent"]
        return None if said is None else Decimal(said)

    @property
    def entered_by(self) -> str:
        """Which of the vendor's people put it in for the signer; "" where they did themselves."""
        return str(json.loads(self.text)["signature"].get("by_vendor", ""))


class OrderFile(models.Model):
    """The customer's own purchase order, as they gave it: in the database, so that no address serves it by itself."""

    class Kind(models.TextChoices):
        PDF = "application/pdf", "PDF"
        PNG = "image/png", "PNG"
        JPEG = "image/jpeg", "JPEG"

    agreement = models.OneToOneField(Agreement, models.PROTECT, related_name="file", verbose_name=_("agreement"))
    name = models.CharField(_("file name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    content = models.BinaryField(_("file"))

    class Meta:
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["application/pdf", "image/png", "image/jpeg"]), name="order_file_is_of_a_kind"
            ),
        )

    def __str__(self) -> str:
        return self.name
