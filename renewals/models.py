"""Gathers the rooms' models, as Django wants."""

from renewals.answers.models import Answer
from renewals.callbacks.models import Attempt, Call, Endpoint, Lead
from renewals.interventions.models import Absence, HandOver, Intervention, Message, PhoneCall
from renewals.links.models import RenewalLink
from renewals.locking.models import BusySession, Clock, Evidence, Grant, LockObservation
from renewals.product.models import ApiKey, RememberedRequest
from renewals.timeline.models import Event
from renewals.touches.models import Asked, Delivery, Reminder, Report, Touch
from renewals.usage.models import UsageSignal

__all__ = [
    "Absence",
    "Answer",
    "ApiKey",
    "Asked",
    "Attempt",
    "BusySession",
    "Call",
    "Clock",
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
    "PhoneCall",
    "RememberedRequest",
    "Reminder",
    "RenewalLink",
    "Report",
    "Touch",
    "UsageSignal",
]
