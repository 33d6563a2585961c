"""The words of a letter that somebody wrote and somebody approved (rule 14)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import ContractTerm
from accounts.models.fields import WallTimeField


class Script(models.Model):
    """What a letter says, as it was approved: with places for the exact minute and the link, filled as it leaves."""

    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    not_after = models.DateTimeField(_("makes sense until"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("text of a letter")
        verbose_name_plural = _("texts of letters")
        constraints = (
            models.CheckConstraint(condition=~models.Q(subject="") & ~models.Q(text=""), name="script_says_something"),
        )

    def __str__(self) -> str:
        return self.subject


class Besides(models.Model):
    """Another minute that the same letter tells: two touches of one person on a day are one."""

    script = models.ForeignKey(Script, models.CASCADE, related_name="besides", verbose_name=_("letter"))
    term = models.ForeignKey(ContractTerm, models.CASCADE, related_name="+", verbose_name=_("term"))
    last_minute = WallTimeField(_("promised last minute"))

    class Meta:
        ordering = ("pk",)
        verbose_name = _("minute told besides")
        verbose_name_plural = _("minutes told besides")
        constraints = (models.UniqueConstraint(fields=("script", "term"), name="besides_once_a_letter"),)

    def __str__(self) -> str:
        return f"{self.term_id} {self.last_minute}"
