"""Interventions, who has had them, what was said, and what was sent about them (rules 13 and 23)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, Min, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext_lazy as _

from accounts.models import Contract, ContractTerm, Team, User
from accounts.models.contracts import about_contracts_in_sight_of
from renewals.locking.models import Clock, Evidence
from renewals.touches.models import Sending, SendingQuerySet
from renewals.touches.models.sending import IS_OVER_WITH_AN_OUTCOME

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class InterventionQuerySet(models.QuerySet["Intervention"]):
    def visible_to(self, user: User) -> Self:
        """Interventions about contracts that `user` may see."""
        return self.filter(about_contracts_in_sight_of(user))

    def unfinished(self) -> Self:
        """Those that nobody has closed: not yet looked at, whether their lock still stands."""
        return self.filter(closed_at=None)

    def open(self, *, at: datetime) -> Self:
        """Those that nobody has closed, and whose lock stands at an instant: true whether or not a tick has run."""
        return self.unfinished().filter(self.lock_stands(at=at))

    def over(self, *, at: datetime) -> Self:
        """The others."""
        return self.exclude(closed_at=None, pk__in=self.model._default_manager.open(at=at).values("pk"))

    @staticmethod
    def lock_stands(*, at: datetime) -> Exists:
        """Whether an outer intervention's lock is the one that the contract is in."""
        clocks = Clock.objects.counting(at=at).filter(contract=OuterRef("contract"), lock_at=OuterRef("locked_at"))
        return Exists(clocks.filter(closes_at__gt=at))

    def with_contact(self) -> Self:
        """Each with the instant of the first contact, `contacted_at`: a call that reached them, or a telling noted.

        None where nobody has spoken to anybody there since the lock.
        """
        calls = PhoneCall.objects.filter(intervention=OuterRef("pk")).reached()
        told = Evidence.objects.filter(
            term=OuterRef("term"),
            kind=Evidence.Kind.TOLD,
            at__gte=OuterRef("locked_at"),
            at__lte=Coalesce(OuterRef("closed_at"), Value(NEVER)),
        )
        return self.annotate(contacted_at=Least(earliest(calls, "intervention"), earliest(told, "term")))

    def with_holder(self) -> Self:
        """Each with `holder_id`: who took it, else whom it was handed to last."""
        last = HandOver.objects.filter(intervention=OuterRef("pk")).order_by("-place").values("user")[:1]
        return self.annotate(holder_id=Coalesce(F("taken_by"), Subquery(last), output_field=models.BigIntegerField()))

    def concerning(self, user: User) -> Self:
        """Those that `user` has, by `with_holder`, or whose contract is theirs."""
        return self.filter(Q(("holder_id", user.pk)) | Q(contract__owner=user))

    def held_by(self, user: User, *, team: bool) -> Self:
        """Those that `user` has, by `with_holder`, or with `team` somebody of theirs."""
        mates = User.objects.filter(team=user.team_id or -1).values("pk")
        return self.filter(Q(("holder_id__in", mates)) if team else Q(("holder_id", user.pk)))


def earliest(rows: models.QuerySet, by: str) -> Subquery:
    """The least `at` of rows that belong to one outer row."""
    return Subquery(rows.order_by().values(by).annotate(first=Min("at")).values("first"))


class Intervention(models.Model):
    """A task for a person, opened once for each lock. What time decides is not stored: see `InterventionQuerySet`."""

    class Outcome(models.TextChoices):
        RENEWS = "renews", _("reached: they renew")
        MORE_TIME = "more_time", _("reached: they got more time")
        DECLINES = "declines", _("reached: they will not renew")
        NOT_REACHED = "not_reached", _("not reached")
        RENEWED = "renewed", _("renewed in the meantime")
        UNLOCKED = "unlocked", _("unlocked in the meantime")
        ENDED = "ended", _("the contract is closed")

    BY_A_PERSON = (Outcome.RENEWS, Outcome.MORE_TIME, Outcome.DECLINES, Outcome.NOT_REACHED)
    """How somebody closes it; the others it does by itself."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="interventions", verbose_name=_("contract"))
    term = models.ForeignKey(ContractTerm, models.CASCADE, related_name="+", verbose_name=_("term"))
    locked_at = models.DateTimeField(_("locked at"))
    opened_at = models.DateTimeField(_("opened at"))
    taken_at = models.DateTimeField(_("in hand since"), null=True)
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("taken by"))
    closed_at = models.DateTimeField(_("closed at"), null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("closed by"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)

    objects = InterventionQuerySet.as_manager()

    class Meta:
        ordering = ("-locked_at", "pk")
        verbose_name = _("intervention")
        verbose_name_plural = _("interventions")
        constraints = (
            models.UniqueConstraint(fields=("contract", "locked_at"), name="intervention_once_a_lock"),
            models.CheckConstraint(
                condition=Q(taken_at=None, taken_by=None) | Q(taken_at__isnull=False, taken_by__isnull=False),
                name="intervention_is_taken_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="", closed_by=None)
                | Q(
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                    outcome__in=["renews", "more_time", "declines", "not_reached"],
                )
                | Q(closed_at__isnull=False, closed_by=None, outcome__in=["renewed", "unlocked", "ended"]),
                name="intervention_is_closed_with_an_outcome",
            ),
        )
        indexes = (
            # Read by the tick and the first page: what nobody has closed.
            models.Index(fields=("locked_at",), name="intervention_unfinished", condition=Q(closed_at=None)),
            models.Index(fields=("locked_at",), name="intervention_locked_at"),
        )

    def __str__(self) -> str:
        return f"{self.contract_id} locked {self.locked_at:%Y-%m-%dT%H:%MZ}"


class HandOver(models.Model):
    """One person's turn. `passes_on_at` is when it goes to the next, none once somebody took or closed it."""

    intervention = models.ForeignKey(Intervention, models.CASCADE, related_name="hand_overs")
    place = models.PositiveSmallIntegerField(help_text=_("0 for whoever had it first."))
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("from"))
    works_from = models.DateTimeField(_("at work from"), help_text=_("Later than it began where nobody worked then."))
    passes_on_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("place",)
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        constraints = (
            models.UniqueConstraint(fields=("intervention", "place"), name="hand_over_once_a_place"),
            models.UniqueConstraint(fields=("intervention", "user"), name="hand_over_once_a_person"),
        )
        indexes = (
            # Read by the tick alone: what goes to the next.
            models.Index(fields=("passes_on_at",), name="hand_over_due", condition=Q(passes_on_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.intervention_id} #{self.place} {self.user_id}"


class PhoneCallQuerySet(models.QuerySet["PhoneCall"]):
    def reached(self) -> Self:
        """Those in which somebody at the customer was spoken to."""
        return self.exclude(outcome=PhoneCall.Outcome.NOT_REACHED)


class PhoneCall(models.Model):
    """One try to reach somebody at the customer after a lock, and what came of it."""

    class Outcome(models.TextChoices):
        RENEWS = "renews", _("reached: they renew")
        MORE_TIME = "more_time", _("reached: they got more time")
        DECLINES = "declines", _("reached: they will not renew")
        AGAIN = "again", _("reached: to call again")
        NOT_REACHED = "not_reached", _("not reached")

    intervention = models.ForeignKey(Intervention, models.CASCADE, related_name="calls")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    note = models.CharField(_("note"), max_length=500, blank=True)
    again_at = models.DateTimeField(_("call again at"), null=True)

    objects = PhoneCallQuerySet.as_manager()

    class Meta:
        ordering = ("at", "pk")
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        constraints = (
            models.CheckConstraint(
                condition=Q(again_at=None) | Q(again_at__gt=F("at"), outcome__in=["again", "not_reached"]),
                name="call_again_is_later",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="again") | Q(again_at__isnull=False), name="call_again_says_when"
            ),
        )

    def __str__(self) -> str:
        return f"{self.intervention_id} {self.outcome} {self.at:%Y-%m-%dT%H:%MZ}"


class Absence(models.Model):
    """A colleague is away from one instant until another: nothing is handed to them then."""

    user = models.ForeignKey(User, models.CASCADE, related_name="absences", verbose_name=_("who"))
    from_at = models.DateTimeField(_("away from"))
    until_at = models.DateTimeField(_("away until"))

    class Meta:
        ordering = ("from_at",)
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = (
            models.CheckConstraint(
                condition=Q(until_at__gt=F("from_at")),
                name="absence_ends_after_it_begins",
                violation_error_message=_("An absence ends after it begins."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.from_at:%Y-%m-%dT%H:%MZ}"


class Channel(models.Model):
    """Where a team is told of its soft locks beside the mail. The address holds the key: it is shown in part alone."""

    class Kind(models.TextChoices):
        WECOM = "wecom", _("WeCom")
        DINGTALK = "dingtalk", _("DingTalk")
        FEISHU = "feishu", _("Feishu or Lark")
        SLACK = "slack", _("Slack")

    team = models.OneToOneField(Team, models.CASCADE, related_name="channel", verbose_name=_("team"))
    kind = models.CharField(_("service"), max_length=8, choices=Kind)
    url = models.CharField(_("address"), max_length=400)
    secret = models.CharField(_("signing secret"), max_length=200, blank=True)
    set_at = models.DateTimeField(_("set at"))
    set_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("set by"))

    class Meta:
        verbose_name = _("channel of a team")
        verbose_name_plural = _("channels of teams")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["wecom", "dingtalk", "feishu", "slack"]), name="channel_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(secret="") | Q(kind__in=["dingtalk", "feishu"]), name="channel_signs_where_it_can"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.in_part}"

    @property
    def in_part(self) -> str:
        """What is shown of the address: enough to tell it from another."""
        return f"…{self.url[-4:]}"

    @property
    def service(self) -> str:
        """The service's name, in the reader's language."""
        return str(self.get_kind_display())


class Message(Sending):
    """One message about a turn: the mail to whoever has it, or what their team's channel is told."""

    class Way(models.TextChoices):
        MAIL = "mail", _("mail")
        CHANNEL = "channel", _("the team’s channel")

    hand_over = models.ForeignKey(HandOver, models.CASCADE, related_name="messages")
    way = models.CharField(_("way"), max_length=8, choices=Way, default=Way.MAIL, db_default=Way.MAIL)
    recipient = models.CharField(_("recipient"), max_length=254)

    objects = SendingQuerySet.as_manager()

    class Meta(Sending.Meta):
        verbose_name = _("message to whoever is on duty")
        verbose_name_plural = _("messages to whoever is on duty")
        constraints = (
            models.UniqueConstraint(fields=("hand_over", "way"), name="message_once_a_turn_and_way"),
            models.CheckConstraint(condition=Q(way__in=["mail", "channel"]), name="message_way_known"),
            models.CheckConstraint(condition=IS_OVER_WITH_AN_OUTCOME, name="message_is_over_with_an_outcome"),
        )
        indexes = (
            # Read by the tick and the workers: what still has to go out.
            models.Index(fields=("next_try_at",), name="message_due", condition=Q(over_at=None)),
            # Read before each posting: how many went out lately.
            models.Index(fields=("over_at",), name="message_posted", condition=Q(way="channel")),
        )

    def __str__(self) -> str:
        return f"{self.id} → {self.recipient}"
