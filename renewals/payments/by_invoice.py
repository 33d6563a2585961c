"""By invoice: the customer pays by the day that was signed, and a colleague puts it on record."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from renewals.links.models import RenewalLink
from renewals.payments.models import Payment
from renewals.payments.providers import CannotPay, Way
from renewals.payments.standing import Bill


class ByInvoice:
    """The usual way, and always there."""

    name = "invoice"

    def way(self, bill: Bill) -> Way:
        """The company's words of the day of the signature, such as its bank details."""
        return Way(name=self.name, words=bill.words)

    def begin(self, bill: Bill, link: RenewalLink, *, now: datetime) -> Payment:
        raise CannotPay(_("An invoice is paid at your bank."))

    def learn(self, *, now: datetime, limit: int) -> int:
        """People say it."""
        return 0
