"""The keys that calendar programs hold: each opens one person's feed, to read, until it is replaced or revoked."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class FeedKey(models.Model):
    """One key of one of the vendor's people. Random, so a plain hash keeps it: there is nothing to guess."""

    user = models.ForeignKey(User, models.CASCADE, related_name="feed_keys", verbose_name=_("user"))
    hashed = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    read_at = models.DateTimeField(
        _("last read at"), null=True, blank=True, help_text=_("To the hour: when a calendar program last came by.")
    )
    versions = models.JSONField(default=dict, editable=False)
    """By whose minutes: the hash of what was last read, and since when it is so."""

    class Meta:
        ordering = ("-made_at",)
        verbose_name = _("calendar key")
        verbose_name_plural = _("calendar keys")
        constraints = (
            models.UniqueConstraint(fields=("user",), condition=Q(revoked_at=None), name="feed_key_one_a_user"),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(revoked_at__gte=F("made_at")), name="feed_key_made_before_revoked"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.made_at:%Y-%m-%dT%H:%MZ}"
