"""Gathers the rooms' models, as Django wants."""

from renewals.links.models import RenewalLink
from renewals.locking.models import Clock, Evidence, Grant
from renewals.product.models import ApiKey
from renewals.timeline.models import Event
from renewals.touches.models import Delivery, Touch

__all__ = ["ApiKey", "Clock", "Delivery", "Event", "Evidence", "Grant", "RenewalLink", "Touch"]
