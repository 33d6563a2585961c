"""The stages that a renewal passes through, and the reasons for which one is lost: each company's own."""

from __future__ import annotations

from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MOST = 100


class Category(models.TextChoices):
    """How a renewal counts in the forecast."""

    COMMIT = "commit", _("commit")
    BEST_CASE = "best_case", _("best case")
    PIPELINE = "pipeline", _("pipeline")
    OMITTED = "omitted", pgettext_lazy("forecast", "left out")


class Ends(models.TextChoices):
    """Whether a stage is one on the way, or ends it."""

    OPEN = "open", _("on the way")
    SIGNED = "signed", pgettext_lazy("renewal", "signed")
    LOST = "lost", _("lost")


class StageQuerySet(models.QuerySet["Stage"]):
    def standing(self) -> Self:
        """Stages that renewals can be moved to, in order."""
        return self.filter(retired_at=None)


class Stage(models.Model):
    """One stage. A usual one is called by its `word` in the reader's language, unless somebody named it."""

    class Word(models.TextChoices):
        NOT_STARTED = "not_started", _("not started")
        IN_CONTACT = "in_contact", _("in contact")
        VALUE_AGREED = "value_agreed", _("value agreed")
        OFFER_OUT = "offer_out", _("offer out")
        VERBAL_YES = "verbal_yes", _("verbal yes")
        SIGNED = "signed", pgettext_lazy("renewal", "signed")
        LOST = "lost", _("lost")

    word = models.CharField(_("usual name"), max_length=20, choices=Word, blank=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    place = models.PositiveSmallIntegerField(_("place"))
    ends = models.CharField(_("what it is"), max_length=6, choices=Ends, default=Ends.OPEN)
    category = models.CharField(_("forecast"), max_length=10, choices=Category, default=Category.PIPELINE)
    probability = models.PositiveSmallIntegerField(_("probability"), validators=[MaxValueValidator(MOST)])
    retired_at = models.DateTimeField(_("not used since"), null=True, blank=True)

    objects = StageQuerySet.as_manager()

    class Meta:
        ordering = ("place", "pk")
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        constraints = (
            models.CheckConstraint(condition=~Q(word="", name=""), name="stage_has_a_name"),
            models.CheckConstraint(condition=Q(probability__lte=MOST), name="stage_is_at_most_certain"),
            models.CheckConstraint(condition=Q(ends="open") | Q(retired_at=None), name="stage_that_ends_it_stays"),
            models.UniqueConstraint(fields=("word",), name="stage_once_a_word", condition=~Q(word="")),
            models.UniqueConstraint(fields=("ends",), name="stage_that_ends_it_is_one", condition=~Q(ends="open")),
        )

    def __str__(self) -> str:
        return self.name or str(self.get_word_display())

    @property
    def is_open(self) -> bool:
        return self.ends == Ends.OPEN

    @property
    def code(self) -> str:
        """What the vendor's systems know it by: a name of its own, else its word."""
        return self.name or self.word


class LossReasonQuerySet(models.QuerySet["LossReason"]):
    def standing(self) -> Self:
        """Reasons that can be chosen, in order."""
        return self.filter(retired_at=None)


class LossReason(models.Model):
    """Why a renewal is lost, from a list that each company makes its own."""

    class Word(models.TextChoices):
        PRICE = "price", _("too expensive")
        UNUSED = "unused", _("hardly used")
        COMPETITOR = "competitor", _("went to a competitor")
        MISSING = "missing", _("something is missing")
        BUDGET = "budget", _("no budget any more")
        GONE = "gone", _("they closed or merged")
        NOT_KNOWN = "not_known", _("not known yet")

    word = models.CharField(_("usual name"), max_length=20, choices=Word, blank=True)
    name = models.CharField(_("name"), max_length=100, blank=True)
    place = models.PositiveSmallIntegerField(_("place"))
    retired_at = models.DateTimeField(_("not used since"), null=True, blank=True)

    objects = LossReasonQuerySet.as_manager()

    class Meta:
        ordering = ("place", "pk")
        verbose_name = _("reason for a loss")
        verbose_name_plural = _("reasons for losses")
        constraints = (
            models.CheckConstraint(condition=~Q(word="", name=""), name="loss_reason_has_a_name"),
            models.CheckConstraint(condition=~Q(word="not_known") | Q(retired_at=None), name="loss_not_known_stays"),
            models.UniqueConstraint(fields=("word",), name="loss_reason_once_a_word", condition=~Q(word="")),
        )

    def __str__(self) -> str:
        return self.name or str(self.get_word_display())
