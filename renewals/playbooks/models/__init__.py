"""Playbooks, and the plans that follow them."""

from renewals.playbooks.models.plans import Plan, PlanStep, ToPlan, Watch
from renewals.playbooks.models.playbooks import Anchor, Channel, Playbook, Said, Step, Version, Writer

__all__ = [
    "Anchor",
    "Channel",
    "Plan",
    "PlanStep",
    "Playbook",
    "Said",
    "Step",
    "ToPlan",
    "Version",
    "Watch",
    "Writer",
]
