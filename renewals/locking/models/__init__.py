"""What the lock follows from, and what it is: evidence, grants, clocks, peaks that were left, reports."""

from renewals.locking.models.clocks import Clock, ClockQuerySet
from renewals.locking.models.evidence import Evidence
from renewals.locking.models.grants import Grant
from renewals.locking.models.peaks import PeakLeft
from renewals.locking.models.product import BusySession, LockObservation

__all__ = ["BusySession", "Clock", "ClockQuerySet", "Evidence", "Grant", "LockObservation", "PeakLeft"]
