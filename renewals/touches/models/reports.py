"""What was heard of a letter after it left: from the mail provider, or in a mail that came back (rule 10)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from renewals.touches.models.touches import Delivery


class Report(models.Model):
    """One thing that was said about one letter. Kept as it came: what counts is decided where it is taken in."""

    class Kind(models.TextChoices):
        DELIVERED = "delivered", _("delivered")
        OPENED = "opened", _("opened")
        DEFERRED = "deferred", _("delayed")
        BOUNCED = "bounced", _("came back")
        REJECTED = "rejected", _("not sent by the provider")
        COMPLAINED = "complained", _("reported as spam")

    UNDELIVERED = (Kind.BOUNCED, Kind.REJECTED)
    """The kinds that say that the letter reached nobody. Opened is shown and proves nothing: programs open too."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="reports", verbose_name=_("delivery"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    at = models.DateTimeField(_("at"))
    recorded_at = models.DateTimeField(_("recorded at"))
    said = models.CharField(_("what was said"), max_length=500, blank=True)
    event_id = models.CharField(max_length=200, blank=True, help_text=_("The provider’s own id of it."))

    class Meta:
        ordering = ("at", "pk")
        verbose_name = _("report on a letter")
        verbose_name_plural = _("reports on letters")
        constraints = (
            models.UniqueConstraint(fields=("delivery", "kind", "at"), name="report_once_an_instant"),
            models.UniqueConstraint(
                fields=("event_id", "kind"), condition=~Q(event_id=""), name="report_once_an_event"
            ),
        )

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.kind} {self.at:%Y-%m-%dT%H:%MZ}"
