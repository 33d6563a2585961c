"""What the vendor's product reports: work in progress, and when it really locked somebody (rules 11 and 21)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Contract
from accounts.models.fields import WallTimeField


class BusySession(models.Model):
    """One session in the product with work in progress. Its id is kept as a keyed hash: it says who, to nobody."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="busy_sessions", verbose_name=_("contract"))
    hashed = models.CharField(max_length=64, editable=False)
    busy_since = models.DateTimeField(_("busy since"), help_text=_("Without a pause since then."))
    busy_until = models.DateTimeField(_("busy until"))

    class Meta:
        verbose_name = _("busy session")
        verbose_name_plural = _("busy sessions")
        constraints = (
            models.UniqueConstraint(fields=("contract", "hashed"), name="busy_session_once_a_contract"),
            models.CheckConstraint(condition=Q(busy_since__lte=F("busy_until")), name="busy_session_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.contract_id} busy until {self.busy_until:%Y-%m-%dT%H:%MZ}"


class LockObservation(models.Model):
    """The moment at which the product really locked a contract, as it reported it, beside the promise of then.

    The promise is kept as it stood when the report came in: what is renewed or given afterwards does not change what
    the lock took. Only `renewals.locking.observing` writes it.
    """

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="lock_observations", verbose_name=_("contract"))
    locked_at = models.DateTimeField(_("locked at"))
    reported_at = models.DateTimeField(_("reported at"))
    last_minute = WallTimeField(_("last minute"))
    time_zone = models.CharField(_("time zone"), max_length=64)
    ends_at = models.DateTimeField(_("ends at"))
    earliest_lock_at = models.DateTimeField(_("earliest lock"))
    lock_at = models.DateTimeField(_("lock"), null=True, help_text=_("None: nobody was told."))

    class Meta:
        ordering = ("locked_at",)
        verbose_name = _("observed lock")
        verbose_name_plural = _("observed locks")
        constraints = (
            models.UniqueConstraint(fields=("contract", "locked_at"), name="lock_observed_once_a_contract_and_instant"),
        )

    def __str__(self) -> str:
        return f"{self.contract_id} locked {self.locked_at:%Y-%m-%dT%H:%M:%SZ}"
