"""What staff do to one contract: renew it, move its end, put on record who was told, hand out its links."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import terms, wording
from accounts.access import StaffRequest
from accounts.forms.contracts import sold_of
from accounts.forms.explaining import explain
from accounts.forms.fields import term_in_words
from accounts.models import Contact, ContractTerm
from accounts.services import NotAllowed, change_details, counted_from
from renewals.desk import services
from renewals.desk.forms import MoveEndForm, RenewForm, ToldForm
from renewals.desk.rows import Row
from renewals.desk.views.gates import clock_for, contact_for, link_for
from renewals.desk.words import STATES
from renewals.entitlement import State, renewal_starts_at
from renewals.links.services import fresh_link, links_for_number, revoke
from renewals.locking.models import Evidence
from renewals.locking.renewing import renew as renewed
from renewals.locking.telling import minute_on_record, promised_since, record_evidence


@login_required
def renew(request: StaffRequest, pk: int) -> HttpResponse:
    """The next term, agreed with the customer by a person. “preview” explains its minute and saves nothing."""
    clock = clock_for(request, pk)
    starts_at = renewal_starts_at(clock.windows, now=request.now)
    guess = {"after": clock.ends_at.isoformat(), "term": term_in_words(clock.contract.renews_for)}
    form = RenewForm(request.POST or None, initial=guess | sold_of(clock.term))
    if request.method == "POST" and "preview" not in request.POST and form.is_valid():
        said = form.cleaned_data
        next_term = {name: said[name] for name in ("after", "term", "reason")} | {"sold": form.sold}
        try:
            term = renewed(clock.contract, by=request.user, now=request.now, **next_term)
        except (NotAllowed, terms.TermError) as problem:
            refuse(form, problem)
        else:
            return done(request, clock, _("Renewed: it can be used %(until)s.") % {"until": until(term)})
    times = {"since": starts_at.isoformat(), "time_zone": clock.term.time_zone}
    return show(request, "desk/renew.html", clock, form, times, starts_at=starts_at)


@login_required
def move_end(request: StaffRequest, pk: int) -> HttpResponse:
    """Give more time, or take some: then with a reason, and the customer is told. “preview” saves nothing."""
    clock = clock_for(request, pk)
    last = clock.contract.terms.order_by("-ends_at")[0]
    form = MoveEndForm(request.POST or None)
    if request.method == "POST" and "preview" not in request.POST and form.is_valid():
        try:
            term = services.move_end(clock.contract, by=request.user, now=request.now, **form.cleaned_data)
        except (NotAllowed, terms.TermError) as problem:
            refuse(form, problem)
        else:
            is_moved = term.ends_at != last.ends_at
            moved, same = _("The end is moved: it can be used %(until)s."), _("Nothing has changed: it runs %(until)s.")
            return done(request, clock, (moved if is_moved else same) % {"until": until(term)})
    times = {"since": counted_from(last).isoformat(), "time_zone": last.time_zone, "was": last.ends_at.isoformat()}
    return show(request, "desk/move_end.html", clock, form, times, last=last)


@login_required
def told(request: StaffRequest, pk: int) -> HttpResponse:
    """Put on record that someone at the customer was told of the end: from then on it counts as evidence (rule 10)."""
    clock = clock_for(request, pk)
    about, since = minute_on_record(clock.term), promised_since(clock.term)
    form = ToldForm(request.POST or None, customer=clock.contract.customer, about=about, since=since, now=request.now)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("contact", "at", "note")}
        try:
            record_evidence(clock.term, kind=kind_of_telling(clock), by=request.user, now=request.now, **said)
        except NotAllowed as problem:
            form.add_error("at", str(problem))
        else:
            return done(request, clock, _("It is on record who was told, and when."))
    return show(request, "desk/told.html", clock, form, {})


def kind_of_telling(clock: Row) -> Evidence.Kind:
    """What somebody was told of: that it renews by itself, where it does, else that it ends (rules 10 and 12)."""
    goes_on = clock.contract.renews_itself and clock.contract.declined_at is None and clock.state == State.ACTIVE
    return Evidence.Kind.RENEWS if goes_on else Evidence.Kind.TOLD


@login_required
@require_POST
def say_no(request: StaffRequest, pk: int) -> HttpResponse:
    """Put on record that the customer will not go on, or, with `goes_on`, that they will after all."""
    clock = clock_for(request, pk)
    goes_on = "goes_on" in request.POST
    change_details(clock.contract, by=request.user, now=request.now, declined_at=None if goes_on else request.now)
    said = _("It is on record that they go on.") if goes_on else _("It is on record that they said no.")
    return done(request, clock, said)


@login_required
@require_POST
def make_link(request: StaffRequest, pk: int) -> HttpResponse:
    """A fresh link to the renewal page, for one person there or for nobody by name."""
    clock = clock_for(request, pk)
    chosen = request.POST.get("contact", "")
    people = Contact.objects.filter(customer=clock.contract.customer_id)
    contact = get_object_or_404(people, pk=chosen if chosen.isdecimal() and len(chosen) < 19 else 0) if chosen else None
    fresh_link(clock.contract, contact, now=request.now)
    links_for_number(clock.contract, contact, now=request.now)
    messages.success(request, _("The link is made. Copy it below, for the customer alone."))
    return redirect(f"{clock.contract.get_absolute_url()}#links-{pk}")


@login_required
@require_POST
def revoke_link(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a link open nothing from now on."""
    link = link_for(request, pk)
    revoke(link, now=request.now)
    messages.success(request, _("The link is revoked: it opens nothing any more."))
    return redirect(f"{link.contract.get_absolute_url()}#links-{link.contract_id}")


@login_required
@require_POST
def remove_contact(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a person off a customer; whom something was sent to stays on record."""
    contact = contact_for(request, pk)
    gone = services.part_with(contact, now=request.now)
    said = _("%(name)s is removed.") if gone else _("%(name)s stays on record, and is not written to any more.")
    messages.success(request, said % {"name": contact.name})
    return redirect("desk:customer", contact.customer_id)


def show(request: StaffRequest, template: str, clock: Row, form: object, times: dict, **more: object) -> HttpResponse:
    """An action's page. `times` are the fields that the explained minute needs beside what is typed."""
    guess = {name: str(value) for name, value in getattr(form, "initial", {}).items()}
    typed = {**guess, **request.POST.dict(), **times}
    context = {"clock": clock, "contract": clock.contract, "term": clock.term, "form": form, "times": times}
    context |= {"state": STATES[clock.state], "explained": explain(typed, request.user)}
    return render(request, template, context | more)


def refuse(form: MoveEndForm | RenewForm, problem: NotAllowed | terms.TermError) -> None:
    """Say in the form why the service would not: beside its field where one is to blame."""
    if isinstance(problem, terms.TermError):
        form.add_error("term", wording.problem(problem))
    else:
        reasonless = isinstance(form, MoveEndForm) and not form.cleaned_data["reason"].strip()
        form.add_error("reason" if reasonless else None, str(problem))


def done(request: StaffRequest, clock: Row, said: str) -> HttpResponse:
    """Back to the contract, with what happened."""
    messages.success(request, said)
    return redirect(clock.contract)


def until(term: ContractTerm) -> str:
    """The promised minute in words."""
    return wording.until(term.last_minute, term.time_zone)
