"""Gathers the rooms' models, as Django wants."""

from renewals.interventions.models import Absence, Call, HandOver, Intervention, Sending
from renewals.links.models import RenewalLink
from renewals.locking.models import BusySession, Clock, Evidence, Grant, LockObservation
from renewals.product.models import ApiKey, RememberedRequest
from renewals.timeline.models import Event
from renewals.touches.models import Delivery, Touch
from renewals.usage.models import UsageSignal

__all__ = [
    "Absence",
    "ApiKey",
    "BusySession",
    "Call",
    "Clock",
    "Delivery",
    "Event",
    "Evidence",
    "Grant",
    "HandOver",
    "Intervention",
    "LockObservation",
    "RememberedRequest",
    "RenewalLink",
    "Sending",
    "Touch",
    "UsageSignal",
]
