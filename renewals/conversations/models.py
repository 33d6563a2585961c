"""Conversations with somebody at a customer, and promises, on record: what was said, and who owes whom what."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Contract, Customer, User
from accounts.models.fields import validate_zone

LONGEST = 4000
"""Characters of what was said: a page and a half, not a transcript."""


class AboutCustomer(models.QuerySet):
    """Rows about a customer, and perhaps about one of their contracts."""

    def visible_to(self, user: User) -> Self:
        """About a contract: whoever may see that contract. About none: whoever may see the customer."""
        of_contract = Q(contract__in=Contract.objects.visible_to(user))
        return self.filter(of_contract | Q(contract=None, customer__in=Customer.objects.visible_to(user)))

    def about(self, contract: Contract) -> Self:
        """About this contract, or about its customer and no contract in particular."""
        return self.filter(Q(contract=contract) | Q(contract=None, customer=contract.customer_id))


class ConversationQuerySet(AboutCustomer):
    def until(self, at: datetime) -> Self:
        """Those that had been had by an instant, the last first."""
        return self.filter(at__lte=at).order_by("-at", "-pk")


class Conversation(models.Model):
    """One conversation, put on record by a colleague. `at` is the minute in which it began.

    `time_zone` is the zone of the clock by which that minute was noted.
    """

    class Channel(models.TextChoices):
        CALL = "call", _("call")
        MEETING = "meeting", _("meeting")
        MAIL = "mail", _("mail")
        CHAT = "chat", _("chat")

    class Sentiment(models.IntegerChoices):
        UPSET = -2, _("upset")
        DISSATISFIED = -1, _("dissatisfied")
        NEUTRAL = 0, _("neutral")
        CONTENT = 1, _("content")
        DELIGHTED = 2, _("delighted")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="conversations", verbose_name=_("customer"))
    contract = models.ForeignKey(
        Contract, models.CASCADE, null=True, blank=True, related_name="conversations", verbose_name=_("contract")
    )
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="conversations", verbose_name=_("with")
    )
    at = models.DateTimeField(_("at"))
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])
    channel = models.CharField(_("how"), max_length=10, choices=Channel)
    said = models.TextField(_("what was said"), max_length=LONGEST)
    sentiment = models.SmallIntegerField(_("mood"), choices=Sentiment, null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("noted by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        constraints = (
            models.CheckConstraint(condition=Q(at__lte=F("recorded_at")), name="conversation_is_of_the_past"),
            models.CheckConstraint(condition=~Q(said=""), name="conversation_says_something"),
            models.CheckConstraint(
                condition=Q(sentiment=None) | Q(sentiment__gte=-2, sentiment__lte=2),
                name="conversation_mood_is_on_the_scale",
            ),
        )
        indexes = (models.Index(fields=("customer", "at"), name="conversation_customer_at"),)

    def __str__(self) -> str:
        return f"{self.customer_id} {self.channel} {self.at:%Y-%m-%dT%H:%MZ}"


class PromiseQuerySet(AboutCustomer):
    def open(self) -> Self:
        """Those that are neither kept nor dropped, the next due first; those without a day last."""
        return self.filter(settled_at=None).order_by(F("due_on").asc(nulls_last=True), "pk")


class Promise(models.Model):
    """What one side promised the other, by the end of a day in `time_zone` where a day was named."""

    class Side(models.TextChoices):
        OURS = "ours", _("we promised them")
        THEIRS = "theirs", _("they promised us")

    class Outcome(models.TextChoices):
        KEPT = "kept", _("kept")
        DROPPED = "dropped", _("not needed any more")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="promises", verbose_name=_("customer"))
    contract = models.ForeignKey(
        Contract, models.CASCADE, null=True, blank=True, related_name="promises", verbose_name=_("contract")
    )
    conversation = models.ForeignKey(
        Conversation, models.SET_NULL, null=True, blank=True, related_name="promises", verbose_name=_("conversation")
    )
    side = models.CharField(_("who promised"), max_length=6, choices=Side, default=Side.OURS)
    what = models.CharField(_("what"), max_length=300)
    due_on = models.DateField(_("by the end of"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("noted by"))
    made_at = models.DateTimeField(_("made at"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True)
    settled_at = models.DateTimeField(_("settled at"), null=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("settled by"))

    objects = PromiseQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        constraints = (
            models.CheckConstraint(condition=~Q(what=""), name="promise_says_what"),
            models.CheckConstraint(
                condition=Q(outcome="", settled_at=None, settled_by=None)
                | Q(outcome__in=["kept", "dropped"], settled_at__gte=F("made_at"), settled_by__isnull=False),
                name="promise_is_settled_by_somebody",
            ),
        )
        indexes = (
            # Read by pages and letters: what is still owed to whom.
            models.Index(fields=("customer", "due_on"), name="promise_open", condition=Q(settled_at=None)),
        )

    def __str__(self) -> str:
        return f"{self.customer_id} {self.side} {self.what[:40]}"

    @property
    def last_minute(self) -> datetime | None:
        """The wall time in `time_zone` up to which it can be kept (rule 4); None where no day was named."""
        return datetime.combine(self.due_on, time(23, 59)) if self.due_on else None

    def is_overdue(self, today: date) -> bool:
        """Whether it is still open after its day; `today` is the day in its own zone."""
        return self.settled_at is None and self.due_on is not None and self.due_on < today
