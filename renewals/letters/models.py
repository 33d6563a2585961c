"""Letters from their first line to the answer, and whose letters a manager sees first (rule 14)."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Contract, User
from renewals.playbooks.models import PlanStep
from renewals.touches.models import Delivery, Script, SendingQuerySet
from renewals.touches.models.sending import IS_OVER_WITH_AN_OUTCOME, Sending


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, user: User) -> Self:
        """Letters about the contracts that `user` may see."""
        return self.filter(step__contract__in=Contract.objects.visible_to(user))

    def alive(self) -> Self:
        """Letters that were not taken back."""
        return self.filter(withdrawn_at=None)

    def to_review(self) -> Self:
        """Letters that wait for a manager to have read them."""
        return self.alive().filter(asked_at__isnull=False, script=None)

    def went_to_others(self, letter: Letter, *, since: datetime) -> Self:
        """What other customers were sent, or are going to be, since then: what a letter may not repeat (rule 14)."""
        customer = letter.step.contract.customer_id
        others = self.alive().exclude(step__contract__customer=customer)
        return others.filter(approved_at__gte=since).exclude(script__touch__delivery__outcome=Delivery.Outcome.DROPPED)


class Letter(models.Model):
    """One letter for one step of a plan. What it is follows from its instants: no word says "draft" or "approved".

    `script` is what was approved, frozen; the text may be written on as long as there is none.
    """

    step = models.ForeignKey(PlanStep, models.CASCADE, related_name="letters", verbose_name=_("step"))
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="letters", verbose_name=_("to whom"))
    author = models.ForeignKey(User, models.PROTECT, related_name="letters", verbose_name=_("written by"))
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True, max_length=10_000)
    begun_at = models.DateTimeField(_("begun at"))
    saved_at = models.DateTimeField(_("saved at"))
    revision = models.PositiveIntegerField(
        default=0, help_text=_("How often it was saved: two tabs never overwrite each other.")
    )
    asked_at = models.DateTimeField(_("shown to the manager at"), null=True, blank=True)
    returned_at = models.DateTimeField(_("returned at"), null=True, blank=True)
    returned_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("returned by")
    )
    remark = models.CharField(_("the manager’s remark"), max_length=500, blank=True)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    script = models.OneToOneField(
        Script, models.PROTECT, null=True, blank=True, related_name="letter", verbose_name=_("what goes out")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("withdrawn by")
    )
    judged = models.TextField(editable=False, blank=True, help_text=_("The text that was judged: the places filled."))
    prints = models.JSONField(default=list, editable=False, help_text=_("What it leaves for comparing with others."))
    runs = ArrayField(models.BigIntegerField(), default=list, editable=False)
    cited = models.JSONField(_("facts cited"), default=list, editable=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ("-begun_at", "-pk")
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = (
            models.UniqueConstraint(fields=("step",), condition=Q(withdrawn_at=None), name="letter_once_a_step"),
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by=None, script=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False, script__isnull=False),
                name="letter_approved_by_somebody_as_it_stands",
            ),
        )
        indexes = (
            models.Index(fields=("approved_at",), name="letter_approved", condition=Q(approved_at__isnull=False)),
            # Read while somebody types: which letters share a run of words with this one.
            GinIndex(fields=("runs",), name="letter_runs"),
        )

    def __str__(self) -> str:
        return self.subject or str(self.step)

    def get_absolute_url(self) -> str:
        return reverse("letters:write", args=[self.step_id])


class Supervision(models.Model):
    """A manager who wants to see every letter of a colleague before it is approved: mostly of a new one."""

    of = models.OneToOneField(User, models.CASCADE, related_name="supervision", verbose_name=_("whose letters"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked for by"))
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("letters seen first")
        verbose_name_plural = _("letters seen first")

    def __str__(self) -> str:
        return str(self.of)


class Nudge(Sending):
    """The one mail of a working day to a manager, about letters that nobody has written in time (rule 15)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="nudges", verbose_name=_("who was told"))
    on = models.DateField(_("on"), help_text=_("The working day, by their own clock."))
    made_at = models.DateTimeField(_("made at"))
    steps = models.ManyToManyField(PlanStep, related_name="nudges", verbose_name=_("steps"))

    objects = SendingQuerySet.as_manager()

    class Meta(Sending.Meta):
        verbose_name = _("mail about letters not written")
        verbose_name_plural = _("mails about letters not written")
        constraints = (
            models.UniqueConstraint(fields=("user", "on"), name="nudge_once_a_day"),
            models.CheckConstraint(condition=IS_OVER_WITH_AN_OUTCOME, name="nudge_is_over_with_an_outcome"),
        )
        indexes = (models.Index(fields=("next_try_at",), name="nudge_due", condition=Q(over_at=None)),)

    def __str__(self) -> str:
        return f"{self.user} {self.on}"
