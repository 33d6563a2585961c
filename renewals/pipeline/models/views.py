"""A way to look at the pipeline that somebody keeps: what its address says, under a name."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those that somebody shared. What they show is what each reader may see."""
        return self.filter(Q(owner=user) | Q(is_shared=True))


class SavedView(models.Model):
    """Filters, order and columns of the table, as the address has them."""

    name = models.CharField(_("name"), max_length=60)
    query = models.TextField(_("address"), max_length=4000, blank=True)
    owner = models.ForeignKey(User, models.CASCADE, related_name="pipeline_views", verbose_name=_("made by"))
    is_shared = models.BooleanField(_("for everybody here"), default=False)
    made_at = models.DateTimeField(_("made at"))

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = (models.UniqueConstraint(fields=("owner", "name"), name="saved_view_once_a_name"),)

    def __str__(self) -> str:
        return self.name
