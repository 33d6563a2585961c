"""Gathers the rooms' models, as Django wants."""

from renewals.callbacks.models import Attempt, Call, Endpoint, Lead
from renewals.diary.models import FeedKey
from renewals.drafting.models import DraftRequest
from renewals.interventions.models import Absence, HandOver, Intervention, Message, PhoneCall
from renewals.links.models import RenewalLink
from renewals.locking.models import BusySession, Clock, Evidence, Grant, LockObservation
from renewals.mornings.models import Morning, NoMornings
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
    "DraftRequest",
    "Endpoint",
    "Event",
    "Evidence",
    "FeedKey",
    "Grant",
    "HandOver",
    "Intervention",
    "Lead",
    "LockObservation",
    "Message",
    "Morning",
    "NoMornings",
    "PhoneCall",
    "RememberedRequest",
    "Reminder",
    "RenewalLink",
    "Touch",
    "UsageSignal",
]
