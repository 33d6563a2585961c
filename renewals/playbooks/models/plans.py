"""The plan of each term that follows a version of a playbook, step by step (rule 17)."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Contract, ContractTerm, User
from accounts.models.contracts import about_contracts_in_sight_of
from renewals.locking.models import Clock
from renewals.playbooks.models.playbooks import ONLY_AFTER, Anchor, Said, Step, Version, Writer
from renewals.playbooks.standing import Standing


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: User) -> Self:
        """Plans of the contracts that `user` may see."""
        return self.filter(about_contracts_in_sight_of(user))

    def running(self, *, at: datetime) -> Self:
        """Plans of the terms whose ends count at an instant, with no other term after them, until they are closed."""
        clocks = Clock.objects.counting(at=at).filter(contract=OuterRef("contract"), term=OuterRef("term"))
        alive = clocks.filter(span__endswith=None, is_history=False).exclude(closes_at__lte=at)
        return self.filter(Exists(alive))


class Plan(models.Model):
    """Which version a term's plan began with: it keeps it until somebody moves it to another."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="plans", verbose_name=_("contract"))
    term = models.OneToOneField(ContractTerm, models.CASCADE, related_name="plan", verbose_name=_("term"))
    version = models.ForeignKey(Version, models.PROTECT, related_name="plans", verbose_name=_("version"))
    laid_at = models.DateTimeField(_("laid at"))

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")

    def __str__(self) -> str:
        return f"{self.contract_id} {self.version}"


class PlanStepQuerySet(models.QuerySet["PlanStep"]):
    def visible_to(self, user: User) -> Self:
        """Steps of the contracts that `user` may see."""
        return self.filter(about_contracts_in_sight_of(user))

    def open(self) -> Self:
        """Neither done nor dropped. Whether they still make sense is a matter of time: `waiting`."""
        return self.filter(done_at=None, dropped_at=None)

    def counting(self, *, at: datetime) -> Self:
        """Steps of the term whose end counts at an instant: a renewal makes all that was planned before it moot."""
        return self.filter(counts(at))

    def with_standing(self, *, at: datetime) -> Self:
        """Each step with its `stands` at an instant: the set-based twin of `standing.standing`."""
        return self.annotate(
            stands=Case(
                When(done_at__isnull=False, then=Value(Standing.DONE)),
                When(dropped_at__isnull=False, then=Value(Standing.DROPPED)),
                When(is_over(at), then=Value(Standing.LAPSED)),
                When(can_be_written(at), then=Value(Standing.TO_WRITE)),
                default=Value(Standing.TO_COME),
                output_field=models.CharField(),
            )
        )

    def in_standing(self, stands: str, *, at: datetime) -> Self:
        """Steps that stand so at an instant, by plain comparisons that an index can serve."""
        if stands in (Standing.DONE, Standing.DROPPED):
            return self.filter(**{f"{stands}_at__isnull": False})
        if stands == Standing.LAPSED:
            return self.open().filter(is_over(at))
        coming = self.coming(at=at)
        return coming.filter(can_be_written(at)) if stands == Standing.TO_WRITE else coming.exclude(can_be_written(at))

    def coming(self, *, at: datetime) -> Self:
        """Steps that are to be written now, or later."""
        return self.open().filter(lapses_at__gt=at).exclude(writer=Writer.PORTAL, goes_at__lte=at).counting(at=at)

    def waiting(self, *, now: datetime) -> Self:
        """Open steps that a person can do something about now, the most pressing first; joined ones with theirs."""
        return self.in_standing(Standing.TO_WRITE, at=now).order_by("goes_at", "pk")


def counts(at: datetime) -> Q:
    """Steps of the term whose end counts at an instant, and that still say something true of it."""
    clocks = Clock.objects.counting(at=at).filter(contract=OuterRef("contract"), term=OuterRef("plan__term"))
    goes_on = clocks.filter(joins_at__isnull=False)
    said_early = Q(anchor=Anchor.START) | Q(anchor=Anchor.END, days__lt=-7)
    return Q(Exists(clocks.filter(span__endswith=None))) & (said_early | ~Q(Exists(goes_on)))


def is_over(at: datetime) -> Q:
    """Whose time has passed, or which a renewal has made moot; what the portal does by itself, with its moment."""
    return Q(lapses_at__lte=at) | Q(writer=Writer.PORTAL, goes_at__lte=at) | ~counts(at)


def can_be_written(at: datetime) -> Q:
    """Whose time to write has come, by themselves."""
    return Q(joins=None, write_from__lte=at) & ~Q(writer=Writer.PORTAL)


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
            # The list of touches for whoever sees everything: the next first.
            models.Index(fields=("goes_at",), name="plan_step_next", condition=Q(done_at=None, dropped_at=None)),
            # Read by the first page: what a person can write now, the most pressing first, however much there is.
            models.Index(
                fields=("goes_at", "id", "write_from", "lapses_at"),
                name="plan_step_to_write",
                condition=Q(done_at=None, dropped_at=None, joins=None) & ~Q(writer=Writer.PORTAL),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> str:
        """By whose clock it goes out: the recipient's, or the customer's. Reads both."""
        return self.contact.zone if self.contact else self.contract.customer.time_zone


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
