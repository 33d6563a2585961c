"""Gathers the rooms' models, as Django wants."""

from renewals.callbacks.models import Attempt, Call, Endpoint, Lead
from renewals.interventions.models import Absence, HandOver, Intervention, Message, PhoneCall
from renewals.links.models import RenewalLink
from renewals.locking.models import BusySession, Clock, Evidence, Grant, LockObservation, PeakLeft
from renewals.product.models import ApiKey, RememberedRequest
from renewals.timeline.models import Event
from renewals.touches.models import Asked, Delivery, Reminder, Touch
from renewals.usage.models import UsageSignal

__all__ = [
    "Absence",
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
    "PeakLeft",
    "PhoneCall",
    "RememberedRequest",
    "Reminder",
    "RenewalLink",
    "Touch",
    "UsageSignal",
]
