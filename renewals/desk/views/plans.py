"""What staff do to a contract's own plan: each step moved, left out, done, or sent to somebody else (rule 17)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Max, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import wording
from accounts.access import StaffRequest
from accounts.services import NotAllowed
from renewals.desk.plan_forms import AddForm, AddressForm, DoneForm, DropForm, MoveForm, PlannedForm, VersionForm
from renewals.desk.plans import way
from renewals.desk.rows import Row
from renewals.desk.views.gates import clock_for, step_for
from renewals.desk.words import STATES
from renewals.playbooks import services
from renewals.playbooks.models import Plan, PlanStep, Version


@login_required
def move(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a step go out at another minute, within the hours of who gets it (rule 16)."""
    step = step_for(request, pk)
    form = MoveForm(request.POST or None, step=step)
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["goes_at"]
        try:
            services.move(step, to=to, by=request.user, now=request.now)
        except NotAllowed as problem:
            refuse(form, "goes_at", problem)
        else:
            said = _("“%(step)s” goes out %(minute)s.")
            return done(request, step, said % {"step": step.name, "minute": wording.instant(to, step.zone)})
    return show(request, step, form, heading=_("Move a step"), button=_("Move it there"))


@login_required
def drop(request: StaffRequest, pk: int) -> HttpResponse:
    """Leave a step out, with a reason."""
    step = step_for(request, pk)
    form = DropForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.drop(step, by=request.user, now=request.now, **form.cleaned_data)
        except NotAllowed as problem:
            refuse(form, "reason", problem)
        else:
            return done(request, step, _("“%(step)s” is left out.") % {"step": step.name})
    return show(request, step, form, heading=_("Leave a step out"), button=_("Leave it out"))


@login_required
def mark_done(request: StaffRequest, pk: int) -> HttpResponse:
    """Put on record that a step was done, and what came of it."""
    step = step_for(request, pk)
    form = DoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.mark_done(step, by=request.user, now=request.now, **form.cleaned_data)
        except NotAllowed as problem:
            refuse(form, "how", problem)
        else:
            return done(request, step, _("“%(step)s” is done.") % {"step": step.name})
    return show(request, step, form, heading=_("A step is done"), button=_("Put it on record"))


@login_required
def address(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a step go to another person there."""
    step = step_for(request, pk)
    form = AddressForm(request.POST or None, step=step)
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["contact"]
        try:
            services.address(step, to=to, by=request.user, now=request.now)
        except services.OutsideTheirHours as problem:
            then = {"name": to.name, "then": wording.instant(problem.then_at, to.zone)}
            said = _("%(name)s does not work when it goes out. Move it first, to %(then)s or later.")
            form.add_error("contact", said % then)
        except NotAllowed as problem:
            refuse(form, "contact", problem)
        else:
            return done(request, step, _("“%(step)s” goes to %(name)s.") % {"step": step.name, "name": to.name})
    return show(request, step, form, heading=_("To whom a step goes"), button=_("Choose this person"))


@login_required
@require_POST
def take_up_again(request: StaffRequest, pk: int) -> HttpResponse:
    """A step that was left out is part of the plan again."""
    step = step_for(request, pk)
    try:
        services.take_up_again(step, by=request.user, now=request.now)
    except NotAllowed as problem:
        messages.error(request, str(problem))
        return redirect(step.contract)
    return done(request, step, _("“%(step)s” is taken up again.") % {"step": step.name})


@login_required
def add(request: StaffRequest, pk: int) -> HttpResponse:
    """One more step of a contract's own plan."""
    clock = clock_for(request, pk)
    plan = plan_of(clock)
    form = AddForm(request.POST or None, customer=clock.contract.customer)
    if request.method == "POST" and form.is_valid():
        try:
            step = services.add(plan, by=request.user, now=request.now, **form.cleaned_data)
        except NotAllowed as problem:
            refuse(form, "goes_at", problem)
        else:
            return done(request, step, _("“%(step)s” is part of the plan.") % {"step": step.name})
    context = {"heading": _("Add a step"), "button": _("Add this step")}
    return render(request, "desk/plan_step.html", context | about(clock, form))


@login_required
def follow(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a contract's plan follow another version."""
    clock = clock_for(request, pk)
    plan = plan_of(clock)
    last = Version.objects.order_by().values("playbook").annotate(last=Max("pk")).values("last")
    versions = Version.objects.filter(Q(playbook=plan.version.playbook) | Q(pk__in=last))
    ordered = versions.select_related("playbook__product").order_by("playbook", "-number")
    form = VersionForm(request.POST or None, versions=ordered, now_on=plan.version)
    if request.method == "POST" and form.is_valid():
        try:
            services.follow(plan, form.cleaned_data["version"], by=request.user, now=request.now)
        except NotAllowed as problem:
            refuse(form, "version", problem)
        else:
            messages.success(request, _("The plan follows %(version)s.") % {"version": form.cleaned_data["version"]})
            return redirect(f"{clock.contract.get_absolute_url()}#plan-{pk}")
    said = _("What is still to come, and nobody moved or added, is replaced by the steps of that version.")
    context = {"heading": _("Follow another version"), "button": _("Follow this version"), "said": said}
    return render(request, "desk/plan_step.html", context | about(clock, form))


def plan_of(clock: Row) -> Plan:
    """The plan of the term that counts; 404 where none is laid."""
    plan = Plan.objects.filter(term=clock.term_id).select_related("version__playbook", "contract").first()
    if plan is None:
        raise Http404
    return plan


def show(request: StaffRequest, step: PlanStep, form: forms.Form, *, heading: str, button: str) -> HttpResponse:
    """The page of one action on one step."""
    context = {"heading": heading, "button": button, "step": step, "way": way(step)}
    return render(request, "desk/plan_step.html", context | about(clock_for(request, step.contract_id), form))


def about(clock: Row, form: forms.Form) -> dict[str, Any]:
    """Which contract it is about, and the form."""
    return {
        "clock": clock,
        "contract": clock.contract,
        "term": clock.term,
        "form": form,
        "state": STATES[clock.state],
    }


def refuse(form: forms.Form, field: str, problem: NotAllowed) -> None:
    """Say beside the field why the service would not, with the way out where there is one."""
    if isinstance(problem, services.OutsideTheirHours) and isinstance(form, PlannedForm):
        form.propose(problem.then_at)
    else:
        form.add_error(field, str(problem))


def done(request: StaffRequest, step: PlanStep, said: str) -> HttpResponse:
    """Back to the plan, with what happened."""
    messages.success(request, said)
    return redirect(f"{step.contract.get_absolute_url()}#plan-{step.contract_id}")
