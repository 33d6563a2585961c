"""Contracts whose kept figures are older than their facts."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.contracts import about_contracts_in_sight_of


class StaleQuerySet(models.QuerySet["Stale"]):
    def visible_to(self, user: User) -> Self:
        """Of the contracts that `user` may see."""
        return self.filter(about_contracts_in_sight_of(user, "contract_id"))


class Stale(models.Model):
    """A fact of a contract has changed, and what is kept of one kind was worked out before.

    The database writes these rows itself, by triggers of the tables that hold the facts, in the transaction that
    changes one: no way of writing can forget it. A contract may have several; it may be gone by now.
    """

    class Kind(models.TextChoices):
        RISK = "risk", _("Risk")
        LAST_MILE = "last_mile", _("Last mile")

    kind = models.CharField(_("kept"), max_length=10, choices=Kind)
    contract_id = models.BigIntegerField(_("contract"))

    objects = StaleQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("older than its facts")
        verbose_name_plural = _("older than their facts")
        indexes = (models.Index(fields=("kind", "contract_id"), name="stale_of_a_kind"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.contract_id}"
