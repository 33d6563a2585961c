"""Which of the vendor's systems are called about what, and each call on its way (rule 20)."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Contract, User
from renewals.locking.models import Clock
from renewals.timeline.models import Event

UNTAKEN = timedelta(seconds=30)
"""How long an endpoint's task may lie on the queue before it is put there again."""
BOTH_SECRETS = timedelta(hours=24)
"""How long calls are signed with the secret before as well, once it was changed."""


def fresh_nonce() -> bytes:
    """256 bits from the system's own source of randomness."""
    return secrets.token_bytes(32)


class Type(models.TextChoices):
    """What a call can be about: the names that receivers know."""

    ENDING = "contract.ending", _("the end comes near")
    BUFFER_STARTED = "contract.buffer_started", _("the buffer began")
    SOFT_LOCKED = "contract.soft_locked", _("the soft lock began")
    RENEWED = "contract.renewed", _("renewed")
    EXTENDED = "contract.extended", _("more time given")
    CLOSED = "contract.closed", _("contract closed")
    NOTICE_DELIVERED = "notice.delivered", _("a notice was delivered")
    STAGE_CHANGED = "renewal.stage_changed", _("a renewal moved to another stage")
    TEST = "portal.test", _("a test")


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def free(self, *, now: datetime) -> Self:
        """Endpoints that are to be called, that nobody calls right now, and that need no rest."""
        unleased = Q(leased_until=None) | Q(leased_until__lte=now)
        return self.filter(unleased, Q(rests_until=None) | Q(rests_until__lte=now), paused_at=None)

    def left_lying(self, *, now: datetime) -> Self:
        """Free endpoints with something to send of which no worker was told, or was told for a while."""
        waiting = Call.objects.sendable(now=now).filter(endpoint=OuterRef("pk"))
        return self.free(now=now).filter(Q(queued_at=None) | Q(queued_at__lte=now - UNTAKEN)).filter(Exists(waiting))


class Endpoint(models.Model):
    """One address of the vendor's systems, what it is called about, and how it fares.

    Its secret is not in the database: it follows from a random nonce and the portal's own key. One worker at a time
    calls an endpoint (`lease`), so that the order of each contract's calls is kept.
    """

    class Paused(models.TextChoices):
        """Why an endpoint is not called for now."""

        PERSON = "person", _("by a person")
        FAILING = "failing", _("no call was accepted for three days")
        GONE = "gone", _("it answered that it is gone (410)")

    name = models.CharField(_("name"), max_length=100, help_text=_("Which system it is, for your colleagues."))
    url = models.CharField(_("address"), max_length=500)
    types = ArrayField(models.CharField(max_length=40, choices=Type), verbose_name=_("events"))
    nonce = models.BinaryField(default=fresh_nonce, editable=False)
    nonce_before = models.BinaryField(null=True, editable=False)
    rotated_at = models.DateTimeField(_("secret changed at"), null=True, editable=False)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("made by"))
    paused_at = models.DateTimeField(_("paused at"), null=True)
    paused_because = models.CharField(_("why it is paused"), max_length=8, choices=Paused, blank=True)
    failing_since = models.DateTimeField(_("failing since"), null=True)
    accepted_at = models.DateTimeField(_("last accepted a call at"), null=True)
    rests_until = models.DateTimeField(null=True, editable=False)
    queued_at = models.DateTimeField(null=True, editable=False)
    lease = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("callback endpoint")
        verbose_name_plural = _("callback endpoints")
        constraints = (
            models.CheckConstraint(
                condition=Q(paused_at=None, paused_because="") | (Q(paused_at__isnull=False) & ~Q(paused_because="")),
                name="endpoint_is_paused_for_a_reason",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("callbacks:endpoint", args=[self.pk])


class LeadQuerySet(models.QuerySet["Lead"]):
    def due(self, *, now: datetime) -> Self:
        """Leads at which some contract's end has come since somebody looked: by the index over ends alone."""
        column = models.DateTimeField()
        after = ExpressionWrapper(OuterRef("looked_until") + OuterRef("before"), output_field=column)
        until = ExpressionWrapper(models.Value(now, column) + OuterRef("before"), output_field=column)
        return self.filter(Exists(Clock.objects.filter(ends_at__gt=after, ends_at__lte=until)))


class Lead(models.Model):
    """How long before the last minute an endpoint wants to hear of an end, and until when somebody has looked."""

    DAYS = (90, 60, 30, 14, 7, 3, 1)

    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="leads")
    before = models.DurationField(_("before the end"))
    looked_until = models.DateTimeField(editable=False)

    objects = LeadQuerySet.as_manager()

    class Meta:
        ordering = ("-before",)
        constraints = (models.UniqueConstraint(fields=("endpoint", "before"), name="lead_once_an_endpoint"),)

    def __str__(self) -> str:
        return f"{self.endpoint_id}: {self.before.days} d"


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, user: User) -> Self:
        """Calls about contracts that `user` may see, and those about none."""
        return self.filter(Q(contract=None) | Q(contract__in=Contract.objects.visible_to(user).order_by().values("pk")))

    def open(self) -> Self:
        """Calls that are neither accepted nor given up."""
        return self.filter(over_at=None)

    def sendable(self, *, now: datetime) -> Self:
        """Open calls whose time has come, and before which none of the same contract is open: order is kept."""
        earlier = Call.objects.open().filter(
            endpoint=OuterRef("endpoint"), contract=OuterRef("contract"), pk__lt=OuterRef("pk")
        )
        return self.open().filter(~Exists(earlier), next_try_at__lte=now)


class Call(models.Model):
    """One thing that one endpoint is to hear, under the stable `uid` that every attempt carries as `webhook-id`.

    Its row number is its place: what one contract's calls are about comes in that order.
    """

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        GIVEN_UP = "given_up", _("given up")

    uid = models.UUIDField(unique=True, editable=False, default=uuid.uuid4)
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="calls", verbose_name=_("endpoint"))
    contract = models.ForeignKey(
        Contract, models.CASCADE, null=True, related_name="+", db_index=False, verbose_name=_("contract")
    )
    event = models.ForeignKey(Event, models.CASCADE, null=True, related_name="+", verbose_name=_("event"))
    type = models.CharField(_("event"), max_length=40, choices=Type)
    before = models.DurationField(_("before the end"), null=True, help_text=_("For an end that comes near."))
    promise = models.CharField(max_length=100, blank=True, help_text=_("The promised minute that a lead counts from."))
    occurred_at = models.DateTimeField(_("occurred at"))
    made_at = models.DateTimeField(_("made at"))
    payload = models.TextField(_("what is sent"))
    next_try_at = models.DateTimeField(_("next try at"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    over_at = models.DateTimeField(_("over at"), null=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True)
    answer = models.CharField(_("last answer"), max_length=200, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("callback")
        verbose_name_plural = _("callbacks")
        constraints = (
            models.UniqueConstraint(fields=("endpoint", "event"), name="call_once_an_endpoint_and_event"),
            models.UniqueConstraint(
                fields=("endpoint", "contract", "before", "promise"), name="call_once_a_lead_and_promise"
            ),
            models.CheckConstraint(
                condition=Q(over_at=None, outcome="") | (Q(over_at__isnull=False) & ~Q(outcome="")),
                name="call_is_over_with_an_outcome",
            ),
        )
        indexes = (
            # Read by the tick and the workers: what is still to be sent, and what has to go before it.
            models.Index(fields=("endpoint", "next_try_at"), name="call_due", condition=Q(over_at=None)),
            models.Index(fields=("contract", "endpoint", "id"), name="call_in_order", condition=Q(over_at=None)),
            models.Index(fields=("contract",), name="call_contract"),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.uid}"

    def get_absolute_url(self) -> str:
        return reverse("callbacks:call", args=[self.uid])


class Attempt(models.Model):
    """One try of a call: when, what was answered or why nothing was, and in how many seconds."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="tries", verbose_name=_("callback"))
    at = models.DateTimeField(_("at"))
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    reason = models.CharField(_("why there was no answer"), max_length=300, blank=True)
    took = models.FloatField(_("seconds"))
    answer = models.TextField(_("answer"), blank=True, help_text=_("The first 16 KB of its body."))

    class Meta:
        ordering = ("at", "pk")
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")

    def __str__(self) -> str:
        return f"{self.call_id} {self.at:%Y-%m-%dT%H:%M:%SZ}"
