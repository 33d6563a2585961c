"""Asks for a draft, once at a time a letter, and carries the question out: leased, asked once, its outcome kept."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from accounts.models import User
from accounts.services import NotAllowed
from renewals.drafting.brief import Brief, Draft
from renewals.drafting.endpoint import is_configured, post, question, where
from renewals.drafting.models import DraftRequest, Stands
from renewals.drafting.refusals import Refusal, Why, sentence

DRAFT = "renewals.drafting.tasks.draft"
MARGIN = timedelta(seconds=30)
"""How much longer a worker has a question for itself than its answer may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a letter's page shows of the help: where a brief would go, the last request, and what came of it."""

    where: str
    """The host that a brief goes to; "" where no model is set up."""
    request: DraftRequest | None = None
    stands: Stands | None = None
    parts: Sequence[tuple[str, bool]] = ()
    """The draft in pieces, each with whether it is in doubt."""
    reason: str = ""


def shown(about: str, *, now: datetime) -> Shown:
    """What the page of a letter shows."""
    found = DraftRequest.objects.filter(about=about).select_related("asked_by").first()
    if found is None:
        return Shown(where=where())
    stands = found.stands(now=now)
    why = Why.NEVER_CAME if stands is Stands.LOST else Why(found.why) if found.why else None
    draft = Draft(text=found.text, doubts=tuple(found.doubts), added=tuple(found.added))
    return Shown(
        where=where(),
        request=found,
        stands=stands,
        parts=draft.parts(),
        reason=sentence(why, found.wait) if why else "",
    )


@transaction.atomic
def request_draft(about: str, *, brief: Brief, by: User, now: datetime) -> DraftRequest:
    """Put a question on record and on the queue, in one transaction. `about` says which letter, such as "letter:12".

    Raises `NotAllowed` where no model is set up, or the letter's last question is not over yet.
    """
    if not is_configured():
        raise NotAllowed(sentence(Why.OFF))
    under_way = DraftRequest.objects.select_for_update(no_key=True).filter(about=about, over_at=None).first()
    if under_way is not None and under_way.is_lost(now=now):
        give_up(under_way, now=now)
    try:
        with transaction.atomic():
            made = DraftRequest.objects.create(
                about=about, asked_by=by, asked_at=now, host=where(), brief=brief.as_json(), sent=question(brief)
            )
    except IntegrityError:
        raise NotAllowed(_("A draft of this letter is being written already.")) from None
    async_task(DRAFT, made.pk)
    return made


def give_up(request: DraftRequest, *, now: datetime) -> None:
    """End a request that nobody will answer any more. It is not asked again by itself: that may cost twice."""
    DraftRequest.objects.filter(pk=request.pk, over_at=None).update(over_at=now, why=Why.NEVER_CAME)


def carry_out(request_id: int, *, now: datetime) -> str:
    """Ask the model, if nobody has asked yet; what became of it, in a word.

    A worker that died while it asked leaves a request that is given up, not one that is sent a second time. Nothing
    goes to another host than the page had said.
    """
    untaken = DraftRequest.objects.filter(pk=request_id, over_at=None, lease=None)
    moved = Why.MOVED if is_configured() else Why.OFF
    if untaken.exclude(host=where()).update(over_at=now, why=moved):
        return moved.value
    request = leased(request_id, now=now)
    if request is None:
        left = DraftRequest.objects.filter(pk=request_id, leased_until__lte=now).first()
        if left is not None:
            give_up(left, now=now)
        return "not due"
    outcome = post(request.sent, Brief.from_json(request.brief))
    return finish(request, outcome.result, at=now + timedelta(seconds=outcome.took))


def leased(request_id: int, *, now: datetime) -> DraftRequest | None:
    """The request, for this worker alone; None where it is over, or somebody has or had it."""
    lease = uuid.uuid4()
    until = now + timedelta(seconds=settings.CSPORTAL_MODEL_SECONDS) + MARGIN
    waiting = DraftRequest.objects.filter(pk=request_id, over_at=None, lease=None)
    if not waiting.update(lease=lease, leased_until=until, sent_at=now):
        return None
    return DraftRequest.objects.get(pk=request_id, lease=lease)


def finish(request: DraftRequest, result: Draft | Refusal, *, at: datetime) -> str:
    """End a request with its draft or its reason. Nothing where it was given up meanwhile."""
    kept: dict[str, Any]
    if isinstance(result, Draft):
        kept = {"text": result.text, "doubts": list(result.doubts), "added": list(result.added)}
    else:
        kept = {"why": result.why, "said": result.said[:500], "wait": result.wait}
    held = DraftRequest.objects.filter(pk=request.pk, lease=request.lease, over_at=None)
    became = "drafted" if isinstance(result, Draft) else str(result.why)
    return became if held.update(over_at=at, **kept) else "late"
