"""What is sent to whom: planned contacts with customers, and reminders to the vendor's own people."""

from renewals.touches.models.reminders import Asked, Reminder
from renewals.touches.models.reports import Report
from renewals.touches.models.scripts import Besides, Script
from renewals.touches.models.sending import Sending, SendingQuerySet
from renewals.touches.models.touches import Delivery, Touch, TouchQuerySet

__all__ = [
    "Asked",
    "Besides",
    "Delivery",
    "Reminder",
    "Report",
    "Script",
    "Sending",
    "SendingQuerySet",
    "Touch",
    "TouchQuerySet",
]
