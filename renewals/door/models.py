"""The mails of the door: a code to act with, or a new link; each to an address that is on record, and nowhere else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact
from renewals.links.models import RenewalLink, fresh_nonce
from renewals.touches.models import Sending, SendingQuerySet
from renewals.touches.models.sending import IS_OVER_WITH_AN_OUTCOME

MOST_TRIES = 5
"""How often a code may be mistyped before another one is needed: five of a million are no guess."""


class DoorMailQuerySet(SendingQuerySet):
    def codes(self) -> Self:
        return self.filter(kind=DoorMail.Kind.CODE)

    def lately(self, contact: Contact, *, now: datetime, within: timedelta) -> Self:
        """What was asked for in the name of one person: so many an hour, whoever asks."""
        return self.filter(contact=contact, made_at__gt=now - within)


class DoorMail(Sending):
    """A mail that somebody at the door asked for. Neither its code nor its address is stored: both follow from the
    nonce and the portal's own secret, as a link's address does.
    """

    class Kind(models.TextChoices):
        CODE = "code", _("a code")
        LINK = "link", _("a new link")
        PASS = "pass", _("a link of their own, passed on by a colleague")

    link = models.ForeignKey(RenewalLink, models.CASCADE, related_name="door_mails", verbose_name=_("renewal link"))
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+", verbose_name=_("to whom"))
    kind = models.CharField(_("kind"), max_length=4, choices=Kind)
    language = models.CharField(_("language"), max_length=10)
    nonce = models.BinaryField(default=fresh_nonce, editable=False)
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    used_at = models.DateTimeField(_("used at"), null=True)

    objects = DoorMailQuerySet.as_manager()

    class Meta(Sending.Meta):
        verbose_name = _("mail of the door")
        verbose_name_plural = _("mails of the door")
        constraints = (
            models.CheckConstraint(condition=IS_OVER_WITH_AN_OUTCOME, name="door_mail_is_over_with_an_outcome"),
            models.CheckConstraint(condition=Q(tries__lte=MOST_TRIES), name="door_mail_is_tried_so_often"),
            models.CheckConstraint(condition=Q(used_at=None) | Q(kind="code"), name="door_mail_used_is_a_code"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="door_mail_lasts"),
        )
        indexes = (
            models.Index(fields=("next_try_at",), name="door_mail_due", condition=Q(over_at=None)),
            models.Index(fields=("contact", "made_at"), name="door_mail_contact_made"),
        )

    def stands(self, *, now: datetime) -> bool:
        """Whether a code still lets in: not used, not too old, not mistyped too often."""
        return self.used_at is None and now < self.expires_at and self.tries < MOST_TRIES

    def __str__(self) -> str:
        return f"{self.kind} → {self.contact_id}"
