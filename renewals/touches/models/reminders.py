"""Whom here the portal asked to tell a customer of an end that nobody there was told of (rule 10)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Contract, ContractTerm, User
from accounts.models.fields import WallTimeField
from renewals.touches.models.sending import IS_OVER_WITH_AN_OUTCOME, Sending, SendingQuerySet


class Reminder(Sending):
    """The one mail of a working day to one of the vendor's people, about all that waits for them or their team."""

    class Dropped(models.TextChoices):
        """Why it was not needed any more: kept as the `answer` of a dropped reminder."""

        TOLD = "told", _("somebody was told in the meantime")
        DAY_OVER = "day_over", _("the day was over before it could be sent")
        AWAY = "away", _("they do not work here any more")

    user = models.ForeignKey(User, models.CASCADE, related_name="reminders", verbose_name=_("who was asked"))
    on = models.DateField(_("on"), help_text=_("The working day, by their own clock."))
    made_at = models.DateTimeField(_("made at"))

    objects = SendingQuerySet.as_manager()

    class Meta(Sending.Meta):
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = (
            models.UniqueConstraint(fields=("user", "on"), name="reminder_once_a_day"),
            models.CheckConstraint(condition=IS_OVER_WITH_AN_OUTCOME, name="reminder_is_over_with_an_outcome"),
        )
        indexes = (models.Index(fields=("next_try_at",), name="reminder_due", condition=models.Q(over_at=None)),)

    def __str__(self) -> str:
        return f"{self.user} {self.on}"


class Asked(models.Model):
    """One contract in a reminder: somebody was asked that day to tell the customer of this minute."""

    reminder = models.ForeignKey(Reminder, models.CASCADE, related_name="asked", verbose_name=_("reminder"))
    contract = models.ForeignKey(Contract, models.CASCADE, related_name="asked", verbose_name=_("contract"))
    term = models.ForeignKey(ContractTerm, models.CASCADE, related_name="asked", verbose_name=_("term"))
    last_minute = WallTimeField(_("promised last minute"))

    class Meta:
        ordering = ("pk",)
        verbose_name = _("contract in a reminder")
        verbose_name_plural = _("contracts in a reminder")
        constraints = (models.UniqueConstraint(fields=("reminder", "contract"), name="asked_once_a_reminder"),)

    def __str__(self) -> str:
        return f"{self.contract_id} {self.last_minute}"
