"""Playbooks: what is planned for whom, and every version of it (rule 17)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import StaffRequest
from accounts.services import NotAllowed
from accounts.views.lists import show_list
from renewals.playbooks import services
from renewals.playbooks.forms import PlaybookForm, StepForms, step_forms
from renewals.playbooks.gates import for_writers, last_of, may_write, playbook_for, running
from renewals.playbooks.gates import playbooks as all_playbooks
from renewals.playbooks.models import Playbook
from renewals.playbooks.page import page_of
from renewals.playbooks.tables import PLAYBOOK_COLUMNS, PlaybookFilter, PlaybookTable
from renewals.playbooks.wording import SAID, content, in_order

AT_ONCE = 500
"""How many plans are moved in one transaction."""
MOST = 2000
"""How many in one request: whoever has more presses again."""


@login_required
def playbooks(request: StaffRequest) -> HttpResponseBase:
    """Every playbook, for everybody: teams share them."""
    found = PlaybookFilter(request.GET, all_playbooks(request.user, now=request.now), request=request)
    table = PlaybookTable(found.qs, now=request.now, reader=request.user)
    context = {"filter": found, "may_write": may_write(request.user)}
    return show_list(request, "playbooks/list.html", table, columns=PLAYBOOK_COLUMNS, **context)


@login_required
def playbook(request: StaffRequest, pk: int) -> HttpResponse:
    """One playbook: its steps, its versions and what each changed, and the plans that still follow an older one."""
    page = page_of(playbook_for(pk), request.user, now=request.now)
    return render(request, "playbooks/page.html", {"page": page, "may_write": may_write(request.user)})


@for_writers
def add(request: StaffRequest) -> HttpResponse:
    """A new playbook. It begins as a copy of the usual one's steps, to be changed."""
    usual = Playbook.objects.filter(product=None, segment="", kind="").first()
    form, steps = PlaybookForm(request.POST or None), step_forms(request.POST or None, steps_of(usual))
    if request.method == "POST" and "more" not in request.POST and is_right(form, steps):
        made = kept(request, form, steps)
        if made is not None:
            messages.success(request, _("%(name)s is kept.") % {"name": made})
            return redirect(made)
    return render(request, "playbooks/form.html", {"form": form, "steps": steps})


@for_writers
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Other steps make the next version; plans that have begun keep theirs."""
    found = playbook_for(pk)
    last = last_of(found)
    form = PlaybookForm(request.POST or None, instance=found, last=last.number)
    steps = step_forms(request.POST or None, in_order(last.steps.all()))
    if request.method == "POST" and "more" not in request.POST and is_right(form, steps):
        made = kept(request, form, steps)
        if made is not None:
            messages.success(request, said_of(last.number, last_of(made).number))
            return redirect(made)
    return render(
        request, "playbooks/form.html", {"form": form, "steps": steps, "name": str(playbook_for(pk)), "pk": pk}
    )


def steps_of(usual: Playbook | None) -> list:
    """The steps that a new playbook begins with."""
    return in_order(last_of(usual).steps.all()) if usual else []


def is_right(form: PlaybookForm, steps: StepForms) -> bool:
    """Whether both can be kept: each is asked, so that all errors are told at once."""
    return all([form.is_valid(), steps.is_valid()])


def kept(request: StaffRequest, form: PlaybookForm, steps: StepForms) -> Playbook | None:
    """The playbook, kept, with another version where its steps are others; None where somebody was faster."""
    try:
        with transaction.atomic():
            found: Playbook = form.save()
            last = last_of(found)
            before = [content(step) for step in in_order(last.steps.all())] if last else []
            after = [tuple(said[name] for name in SAID) for said in steps.steps()]
            if before != after:
                services.make_version(found, steps=steps.steps(), by=request.user, now=request.now)
            return found
    except IntegrityError:
        form.add_error(None, _("There is a playbook for exactly these contracts already: change that one."))
        return None


def said_of(before: int, after: int) -> str:
    """What a change made."""
    if before == after:
        return _("It is kept. Its steps are the same: no other version.")
    return _("Version %(number)d is kept. Plans that have begun keep theirs until you move them.") % {"number": after}


@for_writers
def move_all(request: StaffRequest, pk: int) -> HttpResponse:
    """Let every running plan that follows an older version follow the last, once it is confirmed."""
    found = playbook_for(pk)
    version = last_of(found)
    older = running(request.user, now=request.now).filter(version__playbook=found).exclude(version=version)
    if request.method == "POST":
        ids = list(older.order_by("pk").values_list("pk", flat=True)[:MOST])
        done = sum(
            services.follow_some(ids[first : first + AT_ONCE], version, by=request.user, now=request.now)
            for first in range(0, len(ids), AT_ONCE)
        )
        told = ngettext(
            "%(count)d plan follows version %(number)d now.", "%(count)d plans follow version %(number)d now.", done
        )
        messages.success(request, told % {"count": done, "number": version.number})
        return redirect(found)
    context = {"playbook": found, "version": version, "count": older.count(), "most": MOST}
    return render(request, "playbooks/move_all.html", context)


@for_writers
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Delete a playbook that no plan follows, once it is confirmed."""
    found = playbook_for(pk)
    if request.method == "POST":
        try:
            services.delete_playbook(found)
        except NotAllowed as problem:
            messages.error(request, str(problem))
            return redirect(found)
        messages.success(request, _("%(name)s is deleted.") % {"name": found})
        return redirect("playbooks:playbooks")
    return render(request, "playbooks/delete.html", {"playbook": found})
