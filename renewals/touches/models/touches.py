"""Planned contacts with a customer, and the deliveries that carry them out (rules 15, 16, 19, 20)."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Amendment, Contact, Contract, ContractTerm
from accounts.models.fields import WallTimeField
from renewals.touches.models.scripts import Script
from renewals.touches.models.sending import IS_OVER_WITH_AN_OUTCOME, Sending, SendingQuerySet


class TouchQuerySet(models.QuerySet["Touch"]):
    def due(self, *, now: datetime) -> Self:
        """Touches whose time has come and that nothing carries out yet, the oldest first."""
        return self.filter(handed_over_at=None, due_at__lte=now).order_by("due_at", "pk")

    def open(self) -> Self:
        """Touches that are not over: still to be handed over, or on their way."""
        return self.filter(delivery__over_at=None)

    def heard(self) -> Self:
        """Touches that were sent, of the minute that is promised now and that was not moved since."""
        moved = Amendment.objects.filter(
            term=OuterRef("term"), at__gt=OuterRef("delivery__over_at"), kind__in=Amendment.MOVES
        )
        sent = self.filter(delivery__outcome=Delivery.Outcome.SENT, last_minute=F("term__last_minute"))
        return sent.exclude(Exists(moved))

    def of_ends(self) -> Self:
        """Touches that tell of an end: who is thanked for a renewal was told of none."""
        return self.exclude(kind=Touch.Kind.RENEWED)

    def beside(self, touch: Touch) -> Self:
        """The other touches that tell the same person that the same minute is the last."""
        same = self.of_ends().filter(term=touch.term_id, contact=touch.contact_id, last_minute=touch.last_minute)
        return same.exclude(pk=touch.pk)


class Touch(models.Model):
    """One planned contact: which person is to be told what, about which promised minute, and when."""

    class Kind(models.TextChoices):
        NOTICE = "notice", _("notice")
        SHORTENED = "shortened", _("notice of an earlier end")
        RENEWS_ITSELF = "renews_itself", _("notice of a renewal by itself")
        LATE = "late", _("late notice")
        TAKEN_BACK = "taken_back", _("notice of an earlier lock")
        RENEWED = "renewed", _("receipt of a renewal")
        LETTER = "letter", _("letter")

    PLAIN = (Kind.NOTICE, Kind.LATE)
    """The kinds that tell the minute and nothing else: who heard of it needs no second one at once."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="touches", verbose_name=_("contract"))
    term = models.ForeignKey(ContractTerm, models.CASCADE, related_name="touches", verbose_name=_("term"))
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="touches", verbose_name=_("contact"))
    kind = models.CharField(_("kind"), max_length=15, choices=Kind, default=Kind.NOTICE)
    lead = models.DurationField(_("before the end"))
    last_minute = WallTimeField(_("promised last minute"), help_text=_("A moved end is another promise: told again."))
    amendment = models.ForeignKey(
        Amendment,
        models.CASCADE,
        related_name="touches",
        null=True,
        blank=True,
        verbose_name=_("amendment"),
        help_text=_("What moved the end earlier: each time is told, also when it is to the same minute."),
    )
    script = models.OneToOneField(
        Script, models.CASCADE, related_name="touch", null=True, blank=True, verbose_name=_("what the letter says")
    )
    due_at = models.DateTimeField(_("due at"))
    planned_at = models.DateTimeField(_("planned at"))
    handed_over_at = models.DateTimeField(
        _("handed over at"), null=True, editable=False, help_text=_("When its delivery was made.")
    )

    objects = TouchQuerySet.as_manager()

    class Meta:
        ordering = ("due_at", "pk")
        verbose_name = _("touch")
        verbose_name_plural = _("touches")
        constraints = (
            models.UniqueConstraint(
                fields=("term", "contact", "kind", "lead", "last_minute"),
                condition=Q(amendment=None, script=None),
                name="touch_once_a_promise_and_lead",
            ),
            models.UniqueConstraint(
                fields=("amendment", "contact"),
                condition=Q(amendment__isnull=False),
                name="touch_once_an_amendment",
            ),
            models.CheckConstraint(
                condition=Q(kind="shortened", amendment__isnull=False) | (~Q(kind="shortened") & Q(amendment=None)),
                name="touch_of_an_earlier_end_names_its_amendment",
            ),
            models.CheckConstraint(
                condition=Q(kind="letter", script__isnull=False) | (~Q(kind="letter") & Q(script=None)),
                name="touch_that_is_a_letter_has_its_words",
            ),
        )
        indexes = (
            # Read by the tick alone: what nothing carries out yet.
            models.Index(fields=("due_at",), name="touch_due", condition=Q(handed_over_at=None)),
        )

    def __str__(self) -> str:
        return f"{self.contract_id} {self.kind} {self.due_at:%Y-%m-%dT%H:%MZ}"


class Delivery(Sending):
    """One letter to a contact on its way."""

    class Dropped(models.TextChoices):
        """Why a notice was not needed any more: kept as the `answer` of a dropped delivery."""

        RENEWED = "renewed", _("the contract goes on")
        MOVED = "moved", _("the last minute has moved")
        UNWANTED = "unwanted", _("this person is not told about ends any more")
        LOCKED = "locked", _("the soft lock has begun")
        ENDS = "ends", _("the contract does not renew by itself any more")
        TOLD_ALREADY = "told_already", _("this person was told of this minute just before")
        WITHDRAWN = "withdrawn", _("the letter was withdrawn")
        OVERTAKEN = "overtaken", _("what it was about has passed")

    touch = models.OneToOneField(Touch, models.CASCADE, related_name="delivery", verbose_name=_("touch"))
    recipient = models.CharField(_("recipient"), max_length=254)
    provider_id = models.CharField(
        _("the mail provider’s id"),
        max_length=200,
        blank=True,
        help_text=_("Under which the provider reports on it; empty where it went by SMTP."),
    )

    objects = SendingQuerySet.as_manager()

    class Meta(Sending.Meta):
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = (
            models.CheckConstraint(condition=IS_OVER_WITH_AN_OUTCOME, name="delivery_is_over_with_an_outcome"),
        )
        indexes = (
            # Read by the tick and the workers: what still has to go out.
            models.Index(fields=("next_try_at",), name="delivery_due", condition=Q(over_at=None)),
            # Read by the first page: what reached nobody in the last days.
            models.Index(
                fields=("over_at",), name="delivery_undelivered", condition=Q(outcome__in=("failed", "bounced"))
            ),
            # Read by the weekly review: what went out in a week.
            models.Index(
                fields=("over_at",),
                include=("touch",),
                name="delivery_left",
                condition=Q(outcome__in=("sent", "bounced")),
            ),
            # Read when a provider reports, or an answer names the provider's id.
            models.Index(fields=("provider_id",), name="delivery_provider_id", condition=~Q(provider_id="")),
        )

    def __str__(self) -> str:
        return f"{self.id} → {self.recipient}"
