"""The keys that customers hold: a link opens one contract's renewal page, for one person, until it is revoked."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Contract


def fresh_nonce() -> bytes:
    """128 bits from the system's own source of randomness."""
    return secrets.token_bytes(16)


class RenewalLink(models.Model):
    """A capability: who holds its address may see and renew one contract. The address itself is not stored."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="links", verbose_name=_("contract"))
    contact = models.ForeignKey(
        Contact,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="links",
        verbose_name=_("contact"),
        help_text=_("Empty: the vendor's own product shows the link to whoever works in it."),
    )
    sent_to = models.CharField(
        max_length=254, blank=True, editable=False, help_text=_("Their address when it was made: for no other one.")
    )
    nonce = models.BinaryField(default=fresh_nonce, editable=False)
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        ordering = ("-made_at",)
        verbose_name = _("renewal link")
        verbose_name_plural = _("renewal links")
        indexes = (models.Index(fields=("contract", "contact"), name="link_contract_contact"),)

    def __str__(self) -> str:
        return f"{self.contract_id} → {self.contact_id or 'product'}"
