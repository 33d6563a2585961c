"""The mails of the morning, and who wants none."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from renewals.touches.models import Sending, SendingQuerySet
from renewals.touches.models.sending import IS_OVER_WITH_AN_OUTCOME


class Morning(Sending):
    """The one mail of a working day that says what it asks of somebody: made, but not sent where nothing waits."""

    class Dropped(models.TextChoices):
        """Why it was not needed: kept as the `answer` of a dropped one."""

        NOTHING = "nothing", _("nothing waited")
        DAY_OVER = "day_over", _("the day was over before it could be sent")
        AWAY = "away", _("they do not work here any more")
        UNWANTED = "unwanted", _("they want none")

    user = models.ForeignKey(User, models.CASCADE, related_name="mornings", verbose_name=_("user"))
    on = models.DateField(_("on"), help_text=_("The working day, by their own clock."))
    made_at = models.DateTimeField(_("made at"))

    objects = SendingQuerySet.as_manager()

    class Meta(Sending.Meta):
        verbose_name = _("morning mail")
        verbose_name_plural = _("morning mails")
        constraints = (
            models.UniqueConstraint(fields=("user", "on"), name="morning_once_a_day"),
            models.CheckConstraint(condition=IS_OVER_WITH_AN_OUTCOME, name="morning_is_over_with_an_outcome"),
        )
        indexes = (models.Index(fields=("next_try_at",), name="morning_due", condition=models.Q(over_at=None)),)

    def __str__(self) -> str:
        return f"{self.user} {self.on}"


class NoMornings(models.Model):
    """Somebody who wants no mail in the morning."""

    user = models.OneToOneField(User, models.CASCADE, related_name="no_mornings", verbose_name=_("user"))
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("wants no morning mail")
        verbose_name_plural = _("want no morning mail")

    def __str__(self) -> str:
        return str(self.user)
