"""Playbooks with their versions, and the plan of each term that follows one of them (rule 17)."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Contract, ContractTerm, Product, User
from renewals.locking.models import Clock
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
        return f"{self.playbook} · {self.number}"


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


class Plan(models.Model):
    """Which version a term's plan began with: it keeps it until somebody moves it to another."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="plans", verbose_name=_("contract"))
    term = models.OneToOneField(ContractTerm, models.CASCADE, related_name="plan", verbose_name=_("term"))
    version = models.ForeignKey(Version, models.PROTECT, related_name="plans", verbose_name=_("version"))
    laid_at = models.DateTimeField(_("laid at"))

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")

    def __str__(self) -> str:
        return f"{self.contract_id} {self.version}"


class PlanStepQuerySet(models.QuerySet["PlanStep"]):
    def visible_to(self, user: User) -> Self:
        """Steps of the contracts that `user` may see."""
        return self.filter(contract__in=Contract.objects.visible_to(user))

    def open(self) -> Self:
        """Neither done nor dropped. Whether they still make sense is a matter of time: `waiting`."""
        return self.filter(done_at=None, dropped_at=None)

    def counting(self, *, at: datetime) -> Self:
        """Steps of the term whose end counts at an instant: a renewal makes all that was planned before it moot."""
        clocks = Clock.objects.counting(at=at).filter(contract=OuterRef("contract"), term=OuterRef("plan__term"))
        goes_on = clocks.filter(joins_at__isnull=False)
        said_early = Q(anchor=Anchor.START) | Q(anchor=Anchor.END, days__lt=-7)
        return self.filter(Exists(clocks.filter(span__endswith=None))).filter(said_early | ~Exists(goes_on))

    def waiting(self, *, now: datetime) -> Self:
        """Open steps that a person can do something about now, the most pressing first; joined ones with theirs."""
        own = self.open().filter(joins=None, write_from__lte=now, lapses_at__gt=now).exclude(writer=Writer.PORTAL)
        return own.counting(at=now).order_by("goes_at", "pk")


class PlanStep(Said):
    """One step of a contract's own plan, with its instants: what the playbook said, or what somebody made of it."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="steps", verbose_name=_("plan"))
    contract = models.ForeignKey(Contract, models.CASCADE, related_name="plan_steps", verbose_name=_("contract"))
    step = models.ForeignKey(
        Step, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("step of the playbook")
    )
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="plan_steps", verbose_name=_("to whom")
    )
    goes_at = models.DateTimeField(_("goes out at"))
    write_from = models.DateTimeField(_("can be written from"))
    manager_at = models.DateTimeField(_("the manager is told at"))
    lapses_at = models.DateTimeField(_("makes sense until"))
    joins = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="joined", verbose_name=_("goes out with")
    )
    added_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("added by"))
    moved_at = models.DateTimeField(_("moved at"), null=True)
    moved_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("moved by"))
    dropped_at = models.DateTimeField(_("dropped at"), null=True)
    dropped_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("dropped by"))
    dropped_why = models.CharField(_("why it was dropped"), max_length=300, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True)
    done_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("done by"))
    done_how = models.CharField(_("what came of it"), max_length=300, blank=True)
    manager_told_at = models.DateTimeField(null=True, editable=False)

    objects = PlanStepQuerySet.as_manager()

    class Meta:
        ordering = ("goes_at", "pk")
        verbose_name = _("step of a plan")
        verbose_name_plural = _("steps of plans")
        constraints = (
            models.UniqueConstraint(fields=("plan", "step"), name="plan_step_once"),
            models.CheckConstraint(condition=ONLY_AFTER, name="plan_step_after_its_anchor"),
            models.CheckConstraint(
                condition=Q(write_from__lte=F("manager_at"))
                & Q(manager_at__lte=F("goes_at"))
                & Q(goes_at__lt=F("lapses_at")),
                name="plan_step_ladder_in_order",
            ),
            models.CheckConstraint(
                condition=Q(dropped_at=None) | ~Q(dropped_why=""), name="plan_step_dropped_with_a_reason"
            ),
            models.CheckConstraint(condition=Q(dropped_at=None) | Q(done_at=None), name="plan_step_done_or_dropped"),
            models.CheckConstraint(condition=~Q(joins=F("id")), name="plan_step_joins_another"),
        )
        indexes = (
            # Read by the tick: of what nobody wrote yet the manager is told.
            models.Index(
                fields=("manager_at",),
                name="plan_step_untold",
                condition=Q(manager_told_at=None, done_at=None, dropped_at=None),
            ),
            models.Index(
                fields=("contract", "goes_at"), name="plan_step_open", condition=Q(done_at=None, dropped_at=None)
            ),
        )

    def __str__(self) -> str:
        return self.name


class ToPlan(models.Model):
    """A contract whose plan is to be laid or timed anew: put here with the change, taken by the tick."""

    contract = models.OneToOneField(
        Contract,
        models.CASCADE,
        primary_key=True,
        related_name="+",
        # A foreign key would wait for whoever is changing the contract just now; the tick waits for nobody.
        db_constraint=False,
    )

    class Meta:
        verbose_name = _("contract to plan")
        verbose_name_plural = _("contracts to plan")

    def __str__(self) -> str:
        return str(self.contract_id)


class Watch(models.Model):
    """Until when somebody has looked which ends have come near enough for a plan: one row."""

    looked_until = models.DateTimeField(_("looked until"))

    class Meta:
        verbose_name = _("watch over ends")
        verbose_name_plural = _("watches over ends")
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="watch_is_one_row"),)

    def __str__(self) -> str:
        return f"{self.looked_until:%Y-%m-%dT%H:%MZ}"
