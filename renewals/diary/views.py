"""The feed itself, for calendar programs, and the page on which its reader makes and revokes its address."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers, get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest
from accounts.filters import MINE, TEAM
from accounts.models import User
from accounts.services import NotAllowed
from csportal.clock import TimedRequest
from renewals.diary import services
from renewals.diary.entries import AHEAD, BEHIND, gather
from renewals.diary.feed import feed
from renewals.diary.limit import seconds_to_wait
from renewals.mornings.making import is_wanted_by, readers, switch
from renewals.mornings.models import Morning
from renewals.mornings.sending import in_words

REPLACES = "replaces"


@require_safe
def calendar(request: TimedRequest) -> HttpResponse:
    """`?key=`: the minutes of whoever made the key, in their language; with `whose=team` a manager's team's."""
    key = services.find_key(request.GET.get("key", ""))
    if key is None:
        return not_found(request)
    whose = TEAM if request.GET.get("whose") == TEAM and key.user.role == User.Role.MANAGER else MINE
    with translation.override(key.user.language or settings.LANGUAGE_CODE):
        entries = gather(key.user, whose=whose, now=request.now)
        body = feed(entries, name=name_of(key.user, whose), zone=key.user.time_zone)
    digest = hashlib.sha256(body).hexdigest()
    since = services.note_read(key, whose=whose, digest=digest, now=request.now)
    return unless_known(request, body, etag=quote_etag(digest), since=int(since.timestamp()))


def unless_known(request: TimedRequest, body: bytes, *, etag: str, since: int) -> HttpResponse:
    """The calendar, or 304 for whoever has it as it has been since then (seconds of the epoch)."""
    headers = {
        "Cache-Control": "private, max-age=0",
        "Content-Disposition": 'inline; filename="23-59.ics"',
        "ETag": etag,
        "Last-Modified": http_date(since),
        "X-Robots-Tag": "noindex, nofollow",
    }
    whole = HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)
    return get_conditional_response(request, etag=etag, last_modified=since, response=whole) or whole


def name_of(user: User, whose: str) -> str:
    """The name under which a calendar program lists it."""
    return f"23:59 · {user.team if whose == TEAM and user.team else user.name}"


def not_found(request: TimedRequest) -> HttpResponse:
    """Nothing, in a word: whoever tries keys learns nothing, and soon has to wait."""
    if wait := seconds_to_wait(request, now=request.now):
        said = {"status": 429, "headers": {"Retry-After": str(wait)}}
        return HttpResponse("Too many wrong addresses.\n", content_type="text/plain", **said)
    return HttpResponse("There is no such calendar.\n", content_type="text/plain", status=404)


@require_safe
@login_required
def page(request: StaffRequest) -> HttpResponse:
    """What one's calendar program can show, how it gets there, and whether it came by."""
    return render(request, "diary/page.html", said_to(request))


@login_required
def make(request: StaffRequest) -> HttpResponse:
    """A new address, shown on this answer alone; the one before opens nothing from now on. Merely opened: the page."""
    if request.method != "POST":
        return redirect("diary:page")
    try:
        key = services.make_key(request.user, replaces=request.POST.get(REPLACES, ""), now=request.now)
    except NotAllowed as problem:
        messages.error(request, str(problem))
        return redirect("diary:page")
    address = f"{settings.CSPORTAL_BASE_URL}{reverse('diary:calendar')}?{urlencode({'key': key})}"
    shown = {"address": address, "subscribe": address.replace(urlsplit(address).scheme, "webcal", 1)}
    shown["replaced"] = request.POST.get(REPLACES, "")
    response = render(request, "diary/page.html", said_to(request) | shown)
    add_never_cache_headers(response)
    return response


@require_POST
@login_required
def revoke(request: StaffRequest) -> HttpResponse:
    """The address opens nothing any more."""
    services.revoke_key(request.user, now=request.now)
    messages.success(request, _("Your calendar’s address opens nothing any more."))
    return redirect("diary:page")


@require_POST
@login_required
def mornings(request: StaffRequest) -> HttpResponse:
    """Whether one wants a mail in the morning."""
    wanted = request.POST.get("wanted") == "yes"
    switch(request.user, wanted=wanted, now=request.now)
    messages.success(request, _("You get a morning mail again.") if wanted else _("You get no morning mail any more."))
    return redirect("diary:page")


@require_safe
@login_required
def morning(request: StaffRequest) -> HttpResponse:
    """What the mail would say if it went out now."""
    if not gets_mornings(request.user):
        raise Http404
    subject, text = in_words(request.user, now=request.now) or ("", "")
    return render(request, "diary/morning.html", {"subject": subject, "text": text})


def gets_mornings(user: User) -> bool:
    """Whether there is such a mail for somebody of their role."""
    return readers().filter(pk=user.pk).exists()


def said_to(request: StaffRequest) -> dict[str, Any]:
    """What the page says to whoever reads it."""
    return {
        "key": services.key_of(request.user),
        "ahead": AHEAD.days,
        "behind": BEHIND.days,
        "leads_a_team": request.user.role == User.Role.MANAGER,
        "gets_mornings": gets_mornings(request.user),
        "wants_mornings": is_wanted_by(request.user),
        "last_morning": Morning.objects.filter(user=request.user, outcome=Morning.Outcome.SENT).order_by("-on").first(),
    }
