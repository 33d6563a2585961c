"""Gathers the rooms' models, as Django wants."""

from renewals.callbacks.models import Attempt, Call, Endpoint, Lead
from renewals.conversations.models import Conversation, Promise
from renewals.health.models import Round, Snapshot, Weighing
from renewals.interventions.models import Absence, HandOver, Intervention, Message, PhoneCall
from renewals.links.models import RenewalLink
from renewals.locking.models import BusySession, Clock, Evidence, Grant, LockObservation
from renewals.product.models import ApiKey, RememberedRequest
from renewals.timeline.models import Event
from renewals.touches.models import Asked, Delivery, Reminder, Touch
from renewals.usage.models import Metric, UsageFile, UsageSignal

__all__ = [
    "Absence",
    "ApiKey",
    "Asked",
    "Attempt",
    "BusySession",
    "Call",
    "Clock",
    "Conversation",
    "Delivery",
    "Endpoint",
    "Event",
    "Evidence",
    "Grant",
    "HandOver",
    "Intervention",
    "Lead",
    "LockObservation",
    "Message",
    "Metric",
    "PhoneCall",
    "Promise",
    "RememberedRequest",
    "Reminder",
    "RenewalLink",
    "Round",
    "Snapshot",
    "Touch",
    "UsageFile",
    "UsageSignal",
    "Weighing",
]
