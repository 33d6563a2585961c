"""The administrator's view of what happens around the last minute, and the calendars that the lock waits by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_q.admin import admin as queue_admin
from django_q.models import Failure, OrmQ, Schedule, Success

from accounts.admin import KeptForGood, ReadOnly
from accounts.models import CalendarDay, Contract, WorkingCalendar
from accounts.seam import people_changed
from renewals.callbacks.models import Attempt, Call, Endpoint, Lead
from renewals.drafting.models import DraftRequest
from renewals.interventions.models import Absence, HandOver, Intervention, Message, PhoneCall
from renewals.links.models import RenewalLink
from renewals.locking.models import Clock, Evidence, Grant, LockObservation
from renewals.locking.services import recompute_calendar
from renewals.offers.models import PaymentTerms
from renewals.payments.models import Paid, Payment
from renewals.product.keys import revoke_key
from renewals.product.models import ApiKey
from renewals.timeline.models import Event
from renewals.touches.models import Delivery, Reminder, Report, Touch

# Whoever may write a task may run any function of the machine: only services put work on the queue.
queue_admin.site.unregister((Schedule, Success, Failure, OrmQ))


class CalendarForm(forms.ModelForm):
    """A calendar in which somebody works at some time."""

    def clean_weekend(self) -> list[int] | None:
        weekend = self.cleaned_data["weekend"]
        if weekend and len(set(weekend)) == 7:
            raise forms.ValidationError(_("A weekend leaves at least one day of the week."))
        return weekend or None


class ChangedDayInline(admin.TabularInline):
    model = CalendarDay
    extra = 1


@admin.register(WorkingCalendar)
class WorkingCalendarAdmin(KeptForGood):
    """Registered here and not in `accounts`: the locks of contracts follow from it, and are computed anew at once."""

    form = CalendarForm
    inlines = (ChangedDayInline,)
    list_display = ("name", "country", "subdivision", "opens", "closes")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """With its changed days saved, everything that follows from the calendar is computed anew."""
        super().save_related(request, form, formsets, change)
        count = recompute_calendar(form.instance, now=request.now)  # type: ignore[attr-defined]
        theirs = Q(customer__calendar=form.instance) | Q(owner__calendar=form.instance)
        people_changed(Contract.objects.filter(theirs).values_list("pk", flat=True), now=request.now)  # type: ignore[attr-defined]
        said = ngettext("%(count)d contract follows it.", "%(count)d contracts follow it.", count)
        messages.info(request, said % {"count": count})


@admin.register(Evidence)
class EvidenceAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("term", "kind", "at", "contact", "by", "note")
    list_filter = ("kind",)


@admin.register(Grant)
class GrantAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("term", "source", "at", "until", "by", "reason", "undone_at")
    list_filter = ("source",)
    search_fields = ("term__contract__number",)
    list_select_related = ("term__contract", "by")


@admin.register(LockObservation)
class LockObservationAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("contract", "locked_at", "ends_at", "lock_at", "reported_at")
    search_fields = ("contract__number",)
    list_select_related = ("contract",)


@admin.register(Clock)
class ClockAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("contract", "starts_at", "ends_at", "buffer_ends_at", "lock_at", "closes_at")
    search_fields = ("contract__number",)
    list_select_related = ("contract",)


@admin.register(Event)
class EventAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("contract", "kind", "occurred_at", "recorded_at")
    list_filter = ("kind",)
    search_fields = ("contract__number",)
    list_select_related = ("contract",)


@admin.register(Touch)
class TouchAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("contract", "kind", "contact", "due_at", "planned_at")
    list_filter = ("kind",)
    search_fields = ("contract__number",)
    list_select_related = ("contract", "contact")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("recipient", "subject", "attempts", "next_try_at", "outcome", "over_at")
    list_filter = ("outcome",)
    search_fields = ("recipient", "touch__contract__number")


@admin.register(Report)
class ReportAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("delivery", "kind", "at", "said")
    list_filter = ("kind",)
    search_fields = ("delivery__recipient",)
    list_select_related = ("delivery",)


@admin.register(Reminder)
class ReminderAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("user", "on", "subject", "attempts", "outcome", "over_at")
    list_select_related = ("user",)
    list_filter = ("outcome",)


@admin.register(DraftRequest)
class DraftRequestAdmin(ReadOnly, admin.ModelAdmin):
    """What left the house for a language model, word for word, and what came back."""

    list_display = ("about", "asked_by", "asked_at", "host", "sent_at", "why", "over_at")
    list_filter = ("why",)
    search_fields = ("about",)
    list_select_related = ("asked_by",)


@admin.register(Intervention)
class InterventionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("contract", "locked_at", "opened_at", "taken_by", "closed_at", "outcome")
    list_filter = ("outcome",)
    search_fields = ("contract__number",)
    list_select_related = ("contract", "taken_by")


@admin.register(HandOver)
class HandOverAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("intervention", "place", "user", "at", "works_from", "passes_on_at")
    search_fields = ("intervention__contract__number",)
    list_select_related = ("intervention", "user")


@admin.register(PhoneCall)
class PhoneCallAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("intervention", "by", "at", "outcome", "again_at")
    list_filter = ("outcome",)
    list_select_related = ("intervention", "by")


@admin.register(Absence)
class AbsenceAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("user", "from_at", "until_at")
    list_select_related = ("user",)


@admin.register(Message)
class MessageAdmin(ReadOnly, admin.ModelAdmin):
    """What a team's channel is lies in `Channel`, which is not shown here: its address is a key."""

    list_display = ("hand_over", "way", "recipient", "attempts", "next_try_at", "outcome", "over_at")
    list_filter = ("way", "outcome")
    search_fields = ("recipient", "hand_over__intervention__contract__number")
    list_select_related = ("hand_over",)


@admin.register(Endpoint)
class EndpointAdmin(ReadOnly, admin.ModelAdmin):
    """Without the numbers that its secrets follow from."""

    list_display = ("name", "url", "accepted_at", "failing_since", "paused_at")
    exclude = ("nonce", "nonce_before", "lease")


@admin.register(Lead)
class LeadAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("endpoint", "before", "looked_until")
    list_select_related = ("endpoint",)


@admin.register(Call)
class CallAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("uid", "endpoint", "type", "occurred_at", "attempts", "next_try_at", "outcome")
    list_filter = ("type", "outcome", "endpoint")
    list_select_related = ("endpoint",)


@admin.register(Attempt)
class AttemptAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("call", "at", "status", "reason")
    list_select_related = ("call",)


@admin.register(RenewalLink)
class RenewalLinkAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("contract", "contact", "made_at", "expires_at", "revoked_at")
    list_select_related = ("contract", "contact")


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("name", "starts_with", "scopes", "made_at", "revoked_at")
    actions = ("revoke",)

    @admin.action(description=gettext_lazy("Revoke: it opens nothing from now on"))
    def revoke(self, request: HttpRequest, chosen: QuerySet[ApiKey]) -> None:
        """Only administrators come in here at all; what the key was stays on record."""
        names = list(chosen.values_list("name", flat=True))
        for name in names:
            revoke_key(name, now=request.now)  # type: ignore[attr-defined]
        said = ngettext("%(count)d key is revoked.", "%(count)d keys are revoked.", len(names))
        messages.success(request, said % {"count": len(names)})


@admin.register(PaymentTerms)
class PaymentTermsAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("at", "by", "days", "limit")
    list_select_related = ("by",)


@admin.register(Paid)
class PaidAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("agreement", "paid_on", "reference", "at", "by", "taken_back_at", "taken_back_by", "why")
    search_fields = ("agreement__contract__number", "reference")
    list_select_related = ("agreement", "by", "taken_back_by")


@admin.register(Payment)
class PaymentAdmin(ReadOnly, admin.ModelAdmin):
    """The state is django-payments' own: nobody changes it by hand."""

    list_display = ("agreement", "begun_at", "total", "currency", "status", "message", "transaction_id")
    list_filter = ("status",)
    search_fields = ("agreement__contract__number", "transaction_id")
    exclude = ("token", "extra_data")
    list_select_related = ("agreement",)
