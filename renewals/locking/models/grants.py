"""Extra time after an end, and who gave it."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, ContractTerm, User
from renewals.entitlement import AFTER_EVIDENCE
from renewals.locking.models.product import LockObservation


class GrantQuerySet(models.QuerySet["Grant"]):
    def counted(self) -> Self:
        """Each with the instant that it `counts` until: one that was taken back, for a day more at the most."""
        return self.annotate(counts=Least(F("until"), Coalesce(F("undone_at") + Value(AFTER_EVIDENCE), F("until"))))

    def standing(self) -> Self:
        """Grants that nobody took back."""
        return self.filter(undone_at=None)


class Grant(models.Model):
    """Extra time that a person, the customer or a rule gave: the lock comes no earlier than `until`."""

    class Source(models.TextChoices):
        CUSTOMER = "customer", _("the customer themselves")
        PERSON = "person", _("one of us")
        RULE = "rule", _("a rule")

    term = models.ForeignKey(ContractTerm, models.CASCADE, related_name="grants", verbose_name=_("term"))
    source = models.CharField(_("given by"), max_length=10, choices=Source)
    at = models.DateTimeField(_("given at"))
    gives = models.DurationField(_("how long"), help_text=_("From the lock as it stood, or from then on if later."))
    until = models.DateTimeField(_("until"), help_text=_("The lock comes then at the earliest."))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who asked")
    )
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    gives_back = models.OneToOneField(
        LockObservation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="given_back",
        verbose_name=_("gives back what this lock took"),
    )
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken back by")
    )
    undone_because = models.CharField(_("why it was taken back"), max_length=500, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ("at", "pk")
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = (
            models.UniqueConstraint(
                fields=("term",),
                condition=Q(source="customer"),
                name="grant_once_by_the_customer",
            ),
            models.CheckConstraint(condition=Q(gives__gt=timedelta(0)) & Q(until__gt=F("at")), name="grant_gives_time"),
            models.CheckConstraint(
                condition=~Q(source="person") | (Q(by__isnull=False) & ~Q(reason="")),
                name="grant_of_a_person_names_them_and_why",
            ),
            models.CheckConstraint(
                condition=Q(gives_back=None) | (Q(source="rule", by__isnull=False) & ~Q(reason="")),
                name="grant_that_gives_back_is_a_rules_and_accepted",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None, undone_because="")
                | (Q(undone_at__gte=F("at")) & Q(undone_by__isnull=False) & ~Q(undone_because="")),
                name="grant_is_taken_back_by_a_person_with_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.term_id} {self.source} {self.until:%Y-%m-%dT%H:%MZ}"
