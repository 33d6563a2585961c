"""Online: a provider of django-payments takes the money. Its state machine says how a payment stands, none of ours.

A state is learned by looking: after each call of the provider, and once a minute, so that nothing is missed where a
process dies between the two. The same state twice is one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from payments import PaymentStatus

from accounts import wording
from renewals.links.models import RenewalLink
from renewals.offers.models import Agreement
from renewals.payments.models import Paid, Payment, tries_at
from renewals.payments.providers import CannotPay, Way
from renewals.payments.services import money_of, note
from renewals.payments.standing import Bill
from renewals.timeline.models import Event
from renewals.timeline.services import record_event

VARIANT = "online"
UNFINISHED = (PaymentStatus.WAITING, PaymentStatus.INPUT)
CAME_TO_NOTHING = (PaymentStatus.REJECTED, PaymentStatus.ERROR, PaymentStatus.CANCELLED)
ON_ITS_WAY = Q(status=PaymentStatus.PREAUTH) | Q(status=PaymentStatus.CONFIRMED) & ~Q(followed=PaymentStatus.CONFIRMED)
"""Promised to us, or there and not on record yet."""


class Online:
    """By card, or whatever the provider knows."""

    name = VARIANT

    def way(self, bill: Bill) -> Way | None:
        """None where no provider is named, or there is no amount to pay."""
        if not is_offered() or not bill.agreement.gross:
            return None
        last = tries_at(bill.agreement).first()
        if last is not None and tries_at(bill.agreement).filter(ON_ITS_WAY).exists():
            return Way(name=self.name, words=_("Your online payment is on its way. Once it is there it says so here."))
        begun = last is not None and last.status in UNFINISHED
        return Way(
            name=self.name,
            words=_("An online payment was begun. Once it is there it says so here.") if begun else "",
            button=_("Pay %(amount)s online") % {"amount": bill.amount},
            problem=refusal(last) if last and last.status in CAME_TO_NOTHING else "",
        )

    @transaction.atomic
    def begin(self, bill: Bill, link: RenewalLink, *, now: datetime) -> Payment:
        """The try that is not finished, or a fresh one. Raises `CannotPay` where it is paid, or one is on its way."""
        agreement = Agreement.objects.select_for_update().get(pk=bill.agreement.pk)
        if agreement.paid.standing().exists() or tries_at(agreement).filter(ON_ITS_WAY).exists():
            raise CannotPay(_("It is paid already, or the payment is on its way. Nothing was taken twice."))
        assert agreement.gross is not None  # an amount agreed in person has no such way
        open_one = tries_at(agreement).filter(status__in=UNFINISHED, link=link).first()
        return open_one or Payment.objects.create(
            variant=VARIANT,
            agreement=agreement,
            link=link,
            total=agreement.gross,
            currency=agreement.currency,
            description=agreement.contract.number,
            begun_at=now,
        )

    def learn(self, *, now: datetime, limit: int) -> int:
        if not is_offered():
            return 0
        changed = Payment.objects.exclude(status=F("followed")).order_by("pk").values_list("pk", flat=True)
        return sum(follow(pk, now=now) for pk in list(changed[:limit]))


def is_offered() -> bool:
    """Whether a provider is named."""
    return VARIANT in settings.PAYMENT_VARIANTS


def refusal(last: Payment) -> str:
    """Why a try came to nothing, as the provider says it."""
    why = " ".join(last.message.split())[:200]
    if not why:
        return _("The online payment was refused. Nothing was taken.")
    return _("The online payment was refused: %(why)s. Nothing was taken.") % {"why": why.rstrip(".。")}


@transaction.atomic
def follow(pk: int, *, now: datetime) -> bool:
    """Draw the conclusions from the state of a payment, once for each state; whether there was anything new."""
    payment = Payment.objects.select_for_update(of=("self",)).select_related("agreement__contract").get(pk=pk)
    if payment.status == payment.followed:
        return False
    conclude = CONCLUSIONS.get(payment.status)
    if conclude:
        conclude(payment, now)
    Payment.objects.filter(pk=pk).update(followed=payment.status)
    return True


def settled(payment: Payment, now: datetime) -> None:
    """It is paid. Where a person or another payment says so already, somebody has to pay one back."""
    agreement = Agreement.objects.select_for_update().get(pk=payment.agreement_id)
    if agreement.paid.standing().exists():
        record(Event.Kind.PAID_AGAIN, payment, now=now)
        return
    paid = Paid.objects.create(
        agreement=payment.agreement,
        paid_on=day_of(payment, now),
        reference=payment.transaction_id[:120],
        at=now,
        online=payment,
    )
    note(Event.Kind.PAID, paid, now=now, reference=paid.reference)


def paid_back(payment: Payment, now: datetime) -> None:
    """The money went back: it is to be paid again."""
    why = _("paid back online")
    for paid in Paid.objects.standing().filter(online=payment):
        Paid.objects.filter(pk=paid.pk).update(taken_back_at=now, why=why)
        note(Event.Kind.PAYMENT_TAKEN_BACK, paid, now=now, reason=why)


def refused(payment: Payment, now: datetime) -> None:
    """On record, with the provider's own words, for whoever looks after them."""
    record(Event.Kind.PAYMENT_REFUSED, payment, now=now, answer=payment.message[:200])


def record(kind: Event.Kind, payment: Payment, *, now: datetime, **detail: str) -> None:
    one = payment.agreement
    said = {"paid_on": day_of(payment, now).isoformat()} | money_of(one) | detail
    key = f"{kind}:online:{payment.pk}:{payment.status}"
    record_event(one.contract, kind, key=key, occurred_at=now, now=now, **said)


def day_of(payment: Payment, now: datetime) -> date:
    """The day on the customer's calendar."""
    return wording.local(now, payment.agreement.term.time_zone).date()


CONCLUSIONS: dict[str, Callable[[Payment, datetime], None]] = {
    PaymentStatus.CONFIRMED: settled,
    PaymentStatus.REFUNDED: paid_back,
    PaymentStatus.REJECTED: refused,
    PaymentStatus.ERROR: refused,
}
"""What follows from a state; from the others nothing does yet."""
