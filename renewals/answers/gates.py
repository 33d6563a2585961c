"""The only ways from an address to an answer."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from accounts.access import StaffRequest
from renewals.answers.models import Answer, AnswerQuerySet


def answers_for(request: StaffRequest) -> AnswerQuerySet:
    """The answers that the reader may see, with what a row shows."""
    seen = Answer.objects.visible_to(request.user)
    return seen.select_related("contract__product", "customer", "contact", "read_by")


def answer_for(request: StaffRequest, pk: int) -> Answer:
    return get_object_or_404(answers_for(request).select_related("delivery__touch"), pk=pk)
