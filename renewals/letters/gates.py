"""The only ways from an address to a step or a letter."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.access import StaffRequest
from accounts.models import User
from renewals.letters.models import Letter
from renewals.playbooks.models import PlanStep


def step_for(request: StaffRequest, pk: int) -> PlanStep:
    """A step of a contract that the reader may see; 404 otherwise."""
    steps = PlanStep.objects.visible_to(request.user).select_related(
        "contact__customer", "contract__customer", "contract__owner", "contract__product", "plan__term", "joins"
    )
    return get_object_or_404(steps, pk=pk)


def letter_for(request: StaffRequest, pk: int) -> Letter:
    """The letter of a step that the reader may see; 404 where none is begun."""
    letters = Letter.objects.alive().visible_to(request.user).select_related("step__contract", "author")
    return get_object_or_404(letters, step=pk)


def for_managers(request: StaffRequest) -> None:
    """404 for whoever is neither a manager nor an administrator."""
    if request.user.role == User.Role.CSM:
        raise Http404
