"""Providers as they come: one with a page of its own, one with a form that goes there, one that is not reached."""

from __future__ import annotations

from payments import PaymentError, PaymentStatus, RedirectNeeded
from payments.core import BasicProvider
from payments.forms import PaymentForm


class Elsewhere(BasicProvider):
    """Takes the money on its own page, which `address` names."""

    def __init__(self, address: str = "https://pay.test/session/1") -> None:
        super().__init__()
        self.address = address

    def get_form(self, payment, data=None):
        raise RedirectNeeded(self.address)


class SendsThere(BasicProvider):
    """Is sent a form with hidden fields."""

    def get_form(self, payment, data=None):
        return PaymentForm({"amount": str(payment.total)}, action="https://bank.test/pay")


class NotReached(BasicProvider):
    """Changes the state, and fails then."""

    def get_form(self, payment, data=None):
        payment.change_status(PaymentStatus.CONFIRMED)
        raise PaymentError("card number 4111 is unknown")

    def process_data(self, payment, request):
        raise PaymentError("bad signature")


class Unplugged(BasicProvider):
    """The network is away."""

    def get_form(self, payment, data=None):
        raise OSError("no route to host")
