"""Who may ask for the vendor's product: keys with scopes, shown once and stored hashed."""

from __future__ import annotations

import hashlib

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    ENTITLEMENTS_READ = "entitlements:read", _("ask who may go on")
    CONTRACTS_READ = "contracts:read", _("read contracts")
    CONTRACTS_WRITE = "contracts:write", _("write contracts")
    TIME_TRAVEL = "time:travel", _("ask about another instant")


class ApiKey(models.Model):
    """One key of the vendor's systems. Random, so a plain hash keeps it: there is nothing to guess."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    hashed = models.CharField(max_length=64, unique=True, editable=False)
    starts_with = models.CharField(_("starts with"), max_length=8, editable=False)
    scopes = ArrayField(models.CharField(max_length=40, choices=Scope), verbose_name=_("scopes"), default=list)
    made_at = models.DateTimeField(_("made at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def hash(key: str) -> str:
        """What is stored of a key."""
        return hashlib.sha256(key.encode()).hexdigest()
