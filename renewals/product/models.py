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
    USAGE_WRITE = "usage:write", _("send usage signals")
    LOCKS_WRITE = "locks:write", _("report locks")
    SESSIONS_WRITE = "sessions:write", _("report work in progress")


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


class RememberedRequest(models.Model):
    """An answer that was given under an `Idempotency-Key`: sent again, the request does nothing and gets it again."""

    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="+", verbose_name=_("API key"))
    said = models.CharField(max_length=200, editable=False)
    body = models.CharField(max_length=64, editable=False, help_text=_("A hash of what was sent."))
    answer = models.JSONField(editable=False)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("remembered request")
        verbose_name_plural = _("remembered requests")
        constraints = (models.UniqueConstraint(fields=("key", "said"), name="request_remembered_once_a_key"),)
        indexes = (models.Index(fields=("at",), name="request_remembered_at"),)

    def __str__(self) -> str:
        return self.said
