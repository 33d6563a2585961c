"""Playbooks with their versions: what a step is, and for whom it is meant (rule 17)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Contract, Product, User
from renewals.playbooks import moments
from renewals.playbooks.words import AIMS, PURPOSES


class Anchor(models.TextChoices):
    """What the days of a step count from."""

    START = "start", _("after the term begins")
    END = "end", _("around the last minute")
    LOCK = "lock", _("after the soft lock")


class Channel(models.TextChoices):
    LETTER = "letter", _("letter")
    CALL = "call", _("call")


class Writer(models.TextChoices):
    OWNER = "owner", _("the owner")
    MANAGER = "manager", _("the manager")
    PORTAL = "portal", _("the portal by itself")


class Playbook(models.Model):
    """For whom it is meant: everything that is left empty means everybody. The closest one that fits counts."""

    name = models.CharField(_("name"), max_length=100, blank=True)
    product = models.ForeignKey(
        Product, models.CASCADE, null=True, blank=True, related_name="playbooks", verbose_name=_("product")
    )
    segment = models.CharField(_("segment"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Contract.Kind, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("playbook")
        verbose_name_plural = _("playbooks")
        constraints = (
            models.UniqueConstraint(
                fields=("product", "segment", "kind"),
                name="playbook_once_for_whom_it_is_meant",
                nulls_distinct=False,
                violation_error_message=_("There is a playbook for exactly these contracts already: change that one."),
            ),
        )

    def __str__(self) -> str:
        return self.name or gettext("The usual playbook")

    def get_absolute_url(self) -> str:
        return reverse("playbooks:playbook", args=[self.pk])

    @property
    def for_whom(self) -> str:
        """For which contracts it is meant, in words. Reads `product`."""
        kind = str(Contract.Kind(self.kind).label) if self.kind else ""
        parts = [self.product.name if self.product else "", self.segment, kind]
        return " · ".join(part for part in parts if part) or gettext("every contract that no other is meant for")

    @property
    def is_for_everybody(self) -> bool:
        """Whether it counts for every contract that no other playbook is meant for."""
        return self.product_id is None and not self.segment and not self.kind


class Version(models.Model):
    """What a playbook said from `made_at` on. It never changes: who changes a playbook makes another version."""

    playbook = models.ForeignKey(Playbook, models.CASCADE, related_name="versions", verbose_name=_("playbook"))
    number = models.PositiveIntegerField(_("version"))
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("made by"))

    class Meta:
        ordering = ("-number",)
        verbose_name = _("version of a playbook")
        verbose_name_plural = _("versions of playbooks")
        constraints = (models.UniqueConstraint(fields=("playbook", "number"), name="version_once_a_number"),)

    def __str__(self) -> str:
        return gettext("%(playbook)s, version %(number)d") % {"playbook": self.playbook, "number": self.number}


class Said(models.Model):
    """What a step is: when, what for, by which way, by whom. An empty title or aim is that of its purpose."""

    anchor = models.CharField(_("counted"), max_length=6, choices=Anchor)
    days = models.SmallIntegerField(
        _("days"),
        validators=[MinValueValidator(-400), MaxValueValidator(400)],
        help_text=_("Below zero: before the last minute."),
    )
    purpose = models.CharField(_("purpose"), max_length=14, choices=PURPOSES)
    channel = models.CharField(_("by"), max_length=6, choices=Channel, default=Channel.LETTER)
    writer = models.CharField(_("who"), max_length=7, choices=Writer, default=Writer.OWNER)
    title = models.CharField(_("title"), max_length=100, blank=True)
    aim = models.TextField(_("what it is for"), max_length=600, blank=True)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        """What it is called: its own title, or its purpose."""
        return self.title or str(dict(PURPOSES)[self.purpose])

    @property
    def what_for(self) -> str:
        """What it is for, for whoever writes."""
        return self.aim or str(AIMS.get(self.purpose, ""))

    @property
    def wanted(self) -> moments.Wanted:
        """The plain value that `moments` takes."""
        return moments.Wanted(moments.Anchor(self.anchor), self.days)


ONLY_AFTER = Q(anchor="end") | Q(days__gte=0)
"""What counts from a start or a lock comes after it."""


class Step(Said):
    """One step of one version of a playbook."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="steps", verbose_name=_("version"))
    place = models.PositiveSmallIntegerField(_("place"))

    class Meta:
        ordering = ("place",)
        verbose_name = _("step of a playbook")
        verbose_name_plural = _("steps of playbooks")
        constraints = (
            models.UniqueConstraint(fields=("version", "place"), name="step_once_a_place"),
            models.CheckConstraint(condition=ONLY_AFTER, name="step_after_its_anchor"),
        )

    def __str__(self) -> str:
        return self.name
