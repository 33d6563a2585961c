"""What was paid: put on record by a person, taken back by one where it was wrong; and tries to pay online."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.expressions import Combinable
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from payments import PaymentStatus, PurchasedItem
from payments.models import BasePayment

from accounts.models import User
from renewals.links.models import RenewalLink
from renewals.links.services import address_of
from renewals.offers.models import Agreement, AgreementQuerySet

STATUSES = [status for status, _label in PaymentStatus.CHOICES]


class PaidQuerySet(models.QuerySet["Paid"]):
    def standing(self) -> Self:
        """Those that nobody took back."""
        return self.filter(taken_back_at=None)


class Paid(models.Model):
    """That an agreement is paid: since which day, by which reference, and who says so.

    One stands at most. The database lets a row be taken back once, and refuses every other change and its deletion.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="paid", verbose_name=_("agreement"))
    paid_on = models.DateField(_("paid on"))
    reference = models.CharField(_("reference"), max_length=120, blank=True)
    at = models.DateTimeField(_("recorded at"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    online = models.OneToOneField(
        "Payment", models.PROTECT, null=True, blank=True, related_name="paid", verbose_name=_("online payment"),
        help_text=_("Whose state says so, where no person does."),
    )  # fmt: skip
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    taken_back_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken back by")
    )
    why = models.CharField(_("why"), max_length=300, blank=True)

    objects = PaidQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("payment on record")
        verbose_name_plural = _("payments on record")
        constraints = (
            models.UniqueConstraint(
                fields=("agreement",), condition=Q(taken_back_at=None), name="paid_stands_once_an_agreement"
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None, taken_back_by=None, why="")
                | (
                    Q(taken_back_at__isnull=False)
                    & ~Q(why="")
                    & (Q(taken_back_by__isnull=False) | Q(online__isnull=False))
                ),
                name="paid_taken_back_by_somebody_and_why",
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=False, online=None) | Q(by=None, online__isnull=False),
                name="paid_says_somebody_or_a_payment",
            ),
        )

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.paid_on}"

    @property
    def who(self) -> str:
        """Who says so."""
        return str(self.by or gettext("paid online"))

    @property
    def who_took_it_back(self) -> str:
        return str(self.taken_back_by or gettext("paid back online"))


def tries_at(agreement: Agreement) -> models.QuerySet[Payment]:
    """The tries to pay it online, the last first."""
    return Payment.objects.filter(agreement=agreement)


def paid_ones() -> Exists:
    """Whether the outer agreement is paid, as it stands."""
    return Exists(Paid.objects.standing().filter(agreement=OuterRef("pk")))


def unpaid(agreements: AgreementQuerySet) -> AgreementQuerySet:
    """Those that are to be paid, and nobody says that they are. What costs nothing, and what was signed before
    there were terms of payment, is to be paid by no day.
    """
    return agreements.filter(~paid_ones(), due_on__isnull=False)


def overdue(agreements: AgreementQuerySet, *, at: datetime | Combinable) -> AgreementQuerySet:
    """The unpaid ones whose day is over at their customer's. `at` may be computed by the database."""
    return unpaid(agreements).filter(due_ends_at__lte=at)


class Payment(BasePayment):
    """One try to pay an agreement online. Its state is django-payments' own affair: nothing here sets `status`.

    `followed` is the state that the portal has drawn its conclusions from.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+", verbose_name=_("agreement"))
    link = models.ForeignKey(
        RenewalLink, models.SET_NULL, null=True, related_name="+", verbose_name=_("link"),
        help_text=_("To whose page the payer comes back."),
    )  # fmt: skip
    total = models.DecimalField(_("to be paid"), max_digits=14, decimal_places=2)
    captured_amount = models.DecimalField(_("taken"), max_digits=14, decimal_places=2, default=Decimal(0))
    begun_at = models.DateTimeField(_("begun at"))
    followed = models.CharField(max_length=10, default=PaymentStatus.WAITING, editable=False)

    objects: ClassVar[models.Manager[Payment]] = models.Manager()

    class Meta:
        ordering = ("-begun_at", "-pk")
        verbose_name = _("online payment")
        verbose_name_plural = _("online payments")
        constraints = (
            models.UniqueConstraint(fields=("token",), name="payment_token_once"),
            models.CheckConstraint(condition=Q(total__gt=0), name="payment_is_of_something"),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="payment_has_its_currency"),
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="payment_status_known"),
        )
        # Read once a minute: those whose state has changed since the portal looked.
        indexes = (models.Index(fields=("id",), condition=~Q(status=F("followed")), name="payment_to_follow"),)

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.status}"

    def get_purchased_items(self) -> list[PurchasedItem]:
        contract = self.agreement.contract
        named = f"{contract.product.name} {contract.number}"
        return [PurchasedItem(named, 1, self.total, self.currency, contract.number)]

    def get_success_url(self) -> str:
        """The payer's own page: it says how the payment stands, whichever way they come back."""
        return address_of(self.link) if self.link else settings.CSPORTAL_BASE_URL

    def get_failure_url(self) -> str:
        return self.get_success_url()
