"""What happened around the end of a contract: each thing once, dated by the computed moment (rules 7, 20)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Contract


class Event(models.Model):
    """One thing that happened. `occurred_at` is the moment it follows from; `recorded_at` is bookkeeping."""

    class Kind(models.TextChoices):
        ENDING = "ending", _("end announced")
        BUFFER_STARTED = "buffer_started", _("buffer began")
        SOFT_LOCKED = "soft_locked", _("soft lock began")
        CLOSED = "closed", _("contract closed")
        RENEWED = "renewed", _("renewed")
        NOTICE_SENT = "notice_sent", _("notice sent")
        NOTICE_FAILED = "notice_failed", _("notice could not be sent")
        NOTICE_BOUNCED = "notice_bounced", _("notice came back")
        NOTICE_DROPPED = "notice_dropped", _("notice not needed any more")
        ANSWERED = "answered", _("answered")
        PAGE_OPENED = "page_opened", _("renewal page opened")
        ACKNOWLEDGED = "acknowledged", _("acknowledged the minute")
        CALL_REQUESTED = "call_requested", _("asked for a call")
        PASSED_ON = "passed_on", _("renewal page passed on")
        SIGNER_NAMED = "signer_named", _("said who signs")
        CHANGE_REQUESTED = "change_requested", _("asked for another offer")
        DECLINED = "declined", _("said that they will not go on")
        UNDECLINED = "undeclined", _("took their “no” back")
        CALL_BOOKED = "call_booked", _("booked a call")
        CALL_MOVED = "call_moved", _("call moved")
        CALL_PASSED_ON = "call_passed_on", _("call goes to a colleague")
        CALL_OFF = "call_off", _("call called off")
        CALL_HELD = "call_held", _("call held")
        CALL_MISSED = "call_missed", _("called, not reached")
        EXTENDED = "extended", _("more time given")
        GRANT_UNDONE = "grant_undone", _("extra time taken back")
        INTERVENTION_OPENED = "intervention_opened", _("intervention opened")
        HANDED_OVER = "handed_over", _("intervention handed over")
        TAKEN = "taken", _("intervention taken")
        CALLED = "called", _("customer called")
        INTERVENTION_CLOSED = "intervention_closed", _("intervention closed")
        STEP_ADDED = "step_added", _("step of the plan added")
        STEP_MOVED = "step_moved", _("step of the plan moved")
        STEP_ADDRESSED = "step_addressed", _("step of the plan goes to somebody else")
        STEP_DROPPED = "step_dropped", _("step of the plan left out")
        STEP_TAKEN_UP = "step_taken_up", _("step of the plan taken up again")
        STEP_DONE = "step_done", _("step of the plan done")
        PLAN_MOVED = "plan_moved", _("plan moved to another version")
        STAGE_CHANGED = "stage_changed", _("renewal moved to another stage")
        PAID = "paid", pgettext_lazy("payment", "paid")
        PAYMENT_TAKEN_BACK = "payment_taken_back", _("payment taken back")
        PAYMENT_OVERDUE = "payment_overdue", _("payment overdue")
        PAYMENT_REFUSED = "payment_refused", _("payment refused")
        PAID_AGAIN = "paid_again", _("paid a second time")

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="events", verbose_name=_("contract"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    key = models.CharField(
        max_length=120,
        help_text=_("What makes it the same event: recorded once, however often it is found due."),
    )
    occurred_at = models.DateTimeField(_("occurred at"))
    recorded_at = models.DateTimeField(_("recorded at"))
    detail = models.JSONField(_("detail"), default=dict)

    class Meta:
        ordering = ("occurred_at", "pk")
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = (models.UniqueConstraint(fields=("contract", "key"), name="event_once_a_contract_and_key"),)
        indexes = (
            models.Index(fields=("contract", "occurred_at"), name="event_contract_occurred"),
            # Read by the first page: what customers said on their pages, and what was renewed, in the last days.
            models.Index(
                fields=("kind", "occurred_at"),
                name="event_of_today",
                condition=models.Q(
                    kind__in=("call_requested", "change_requested", "signer_named", "declined", "renewed")
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.contract_id} {self.kind} {self.occurred_at:%Y-%m-%dT%H:%MZ}"
