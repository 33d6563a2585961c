"""Gathers the rooms' models, as Django wants."""

from renewals.answers.models import Answer
from renewals.appointments.models import Appointment, Invitation
from renewals.callbacks.models import Attempt, Call, Endpoint, Lead
from renewals.conversations.models import Conversation, Promise
from renewals.diary.models import FeedKey
from renewals.door.models import DoorMail
from renewals.drafting.models import DraftRequest
from renewals.forecast.models import Target
from renewals.health.models import Round, Snapshot, Weighing
from renewals.interventions.models import Absence, Channel, HandOver, Intervention, Message, PhoneCall
from renewals.lastmile.models import Verdict
from renewals.letters.models import Letter, Nudge, Supervision
from renewals.links.models import RenewalLink
from renewals.locking.models import BusySession, Clock, Evidence, Grant, LockObservation, PeakLeft
from renewals.mornings.models import Morning, NoMornings
from renewals.offers.models import Agreement, Option, OrderFile, PaymentTerms
from renewals.payments.models import Paid, Payment
from renewals.pipeline.models import ExchangeRate, LossReason, Opening, Renewal, RenewalChange, SavedView, Stage
from renewals.playbooks.models import Plan, PlanStep, Playbook, Step, ToPlan, Version, Watch
from renewals.product.models import ApiKey, RememberedRequest
from renewals.risk.models import RiskFacts, RiskRule
from renewals.stale.models import Stale
from renewals.timeline.models import Event
from renewals.touches.models import Asked, Besides, Delivery, Reminder, Report, Script, Touch
from renewals.usage.models import Metric, UsageFile, UsageSignal

__all__ = [
    "Absence",
    "Agreement",
    "Answer",
    "ApiKey",
    "Appointment",
    "Asked",
    "Attempt",
    "Besides",
    "BusySession",
    "Call",
    "Channel",
    "Clock",
    "Conversation",
    "Delivery",
    "DoorMail",
    "DraftRequest",
    "Endpoint",
    "Event",
    "Evidence",
    "ExchangeRate",
    "FeedKey",
    "Grant",
    "HandOver",
    "Intervention",
    "Invitation",
    "Lead",
    "Letter",
    "LockObservation",
    "LossReason",
    "Message",
    "Metric",
    "Morning",
    "NoMornings",
    "Nudge",
    "Opening",
    "Option",
    "OrderFile",
    "Paid",
    "Payment",
    "PaymentTerms",
    "PeakLeft",
    "PhoneCall",
    "Plan",
    "PlanStep",
    "Playbook",
    "Promise",
    "RememberedRequest",
    "Reminder",
    "Renewal",
    "RenewalChange",
    "RenewalLink",
    "Report",
    "RiskFacts",
    "RiskRule",
    "Round",
    "SavedView",
    "Script",
    "Snapshot",
    "Stage",
    "Stale",
    "Step",
    "Supervision",
    "Target",
    "ToPlan",
    "Touch",
    "UsageFile",
    "UsageSignal",
    "Verdict",
    "Version",
    "Watch",
    "Weighing",
]
