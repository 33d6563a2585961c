"""Writing to one customer: the page of a letter, and what is done from it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import wording
from accounts.access import StaffRequest
from accounts.models import User
from accounts.services import NotAllowed
from renewals.letters import helping, services, silence
from renewals.letters.forms import WrittenForm
from renewals.letters.gates import for_managers, letter_for, step_for
from renewals.letters.models import Letter
from renewals.letters.pages import LetterPage
from renewals.letters.services import ChangedMeanwhileError, RefusedError


@login_required
def write(request: StaffRequest, pk: int) -> HttpResponse:
    """The letter of a step with its brief; nothing is kept before something is typed."""
    step = step_for(request, pk)
    if step.joins is not None:
        return redirect("letters:write", step.joins.pk)
    try:
        letter = services.letter_of(step, by=request.user, now=request.now)
    except NotAllowed as problem:
        messages.error(request, str(problem))
        return redirect(step.contract)
    return show(request, letter)


def show(request: StaffRequest, letter: Letter, *, status: int = 200, **said: object) -> HttpResponse:
    """The whole page; `said` is what went wrong, with what was typed still in the letter."""
    page = LetterPage(letter=letter, reader=request.user, now=request.now)
    return render(request, "letters/write.html", {"page": page, "letter": letter, **said}, status=status)


def typed(request: StaffRequest, pk: int) -> tuple[Letter, WrittenForm]:
    """The letter with what the reader has typed into it, kept already; the form says which revision they had."""
    letter = services.letter_of(step_for(request, pk), by=request.user, now=request.now)
    form = WrittenForm(request.POST)
    form.full_clean()
    written = form.cleaned_data
    kept = services.save(
        letter, subject=written["subject"], text=form.text_with(letter, now=request.now),
        revision=written["revision"], now=request.now,
    )  # fmt: skip
    if (chosen := form.contact_at(letter)) and chosen.pk != kept.contact_id:
        services.address_to(kept, chosen)
    return services.letter_of(kept.step, by=request.user, now=request.now), form


@require_POST
@login_required
def save(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep what was typed: by itself while somebody types, or with a button; says what rule 14 thinks of it."""
    try:
        letter, _form = typed(request, pk)
    except (ChangedMeanwhileError, NotAllowed) as problem:
        return kept_apart(request, pk, problem)
    if request.headers.get("HX-Request"):
        page = LetterPage(letter=letter, reader=request.user, now=request.now)
        return render(request, "letters/_checks.html", {"page": page, "letter": letter})
    return redirect("letters:write", pk)


def kept_apart(request: StaffRequest, pk: int, problem: Exception) -> HttpResponse:
    """The text could not be kept: the page shows it beside what is on record, and nothing is lost."""
    letter = services.letter_of(step_for(request, pk), by=request.user, now=request.now)
    changed = _("Somebody saved this letter since you opened it. Your text is kept here: take from it what is missing.")
    said = str(problem) or changed
    form = WrittenForm(request.POST)
    form.full_clean()
    if request.headers.get("HX-Request"):
        return render(request, "letters/_conflict.html", {"said": said, "letter": letter, "form": form}, status=200)
    return show(request, letter, status=409, problem=said, theirs=form.cleaned_data.get("text", ""))


def not_yet(request: StaffRequest, pk: int) -> HttpResponse:
    """The page as it was, with what rule 14 wants changed: what was typed is kept already."""
    letter = services.letter_of(step_for(request, pk), by=request.user, now=request.now)
    return show(request, letter, status=422, problem=_("It cannot go out yet: see below what is missing."))


@require_POST
@login_required
def approve(request: StaffRequest, pk: int) -> HttpResponse:
    """Approve what stands there, and let it go out."""
    try:
        letter, form = typed(request, pk)
        touch = services.approve(letter, by=request.user, now=request.now, at_once=form.cleaned_data["at_once"])
    except RefusedError:
        return show(
            request,
            services.letter_of(step_for(request, pk), by=request.user, now=request.now),
            status=422,
            refused=True,
        )
    except (ChangedMeanwhileError, NotAllowed) as problem:
        return kept_apart(request, pk, problem)
    at = wording.instant(touch.due_at, touch.contact.zone)
    said = {"name": touch.contact.name, "at": at}
    messages.success(request, _("Approved. It goes out to %(name)s on %(at)s.") % said)
    return redirect("letters:write", pk)


@require_POST
@login_required
def ask(request: StaffRequest, pk: int) -> HttpResponse:
    """Show it to the manager first."""
    try:
        letter, _form = typed(request, pk)
        services.ask(letter, now=request.now)
    except RefusedError:
        return show(
            request,
            services.letter_of(step_for(request, pk), by=request.user, now=request.now),
            status=422,
            refused=True,
        )
    except (ChangedMeanwhileError, NotAllowed) as problem:
        return kept_apart(request, pk, problem)
    messages.success(request, _("Your manager sees it now, and can approve it or return it."))
    return redirect("letters:write", pk)


@require_POST
@login_required
def give_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Return a letter to who wrote it, with a remark."""
    for_managers(request)
    letter = letter_for(request, pk)
    try:
        services.give_back(letter, remark=request.POST.get("remark", ""), by=request.user, now=request.now)
    except NotAllowed as problem:
        return show(request, letter, status=422, problem=str(problem))
    messages.success(request, _("%(name)s has it back, with your remark.") % {"name": letter.author})
    return redirect("letters:letters")


@require_POST
@login_required
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an approved letter back, and write on."""
    try:
        services.withdraw(letter_for(request, pk), by=request.user, now=request.now)
    except NotAllowed as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("It does not go out. You can write on."))
    return redirect("letters:write", pk)


@require_POST
@login_required
def draft(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask the language model for a draft: the brief leaves the house now, and only now."""
    try:
        letter, _form = typed(request, pk)
        helping.ask_model(letter, by=request.user, now=request.now)
    except (ChangedMeanwhileError, NotAllowed) as problem:
        return kept_apart(request, pk, problem)
    return redirect("letters:write", pk)


@login_required
def help_with(request: StaffRequest, pk: int) -> HttpResponse:
    """What has come of the draft: asked again by the page while a model writes."""
    letter = services.letter_of(step_for(request, pk), by=request.user, now=request.now)
    page = LetterPage(letter=letter, reader=request.user, now=request.now)
    ask, poll = reverse("letters:draft", args=[pk]), reverse("letters:help", args=[pk])
    return render(request, "drafting/_help.html", {"help": page.help, "ask": ask, "poll": poll, "form": "letter"})


@login_required
def letters(request: StaffRequest) -> HttpResponse:
    """Letters that wait for a manager to have read them; and whose letters a manager sees first."""
    waiting = (
        Letter.objects.to_review()
        .visible_to(request.user)
        .select_related("author", "contact", "step__contract__customer", "step__contract__product")
    )
    is_manager = request.user.role != User.Role.CSM
    colleagues = silence.team_of(request.user) if is_manager else ()
    said = {"waiting": waiting.order_by("step__goes_at", "pk"), "colleagues": colleagues, "is_manager": is_manager}
    return render(request, "letters/letters.html", said)


@require_POST
@login_required
def see_first(request: StaffRequest, pk: int) -> HttpResponse:
    """See every letter of a colleague first, or no longer."""
    for_managers(request)
    colleague = get_object_or_404(silence.team_of(request.user), pk=pk)
    first = "first" in request.POST
    services.see_first(colleague, first=first, by=request.user, now=request.now)
    said = _("You see every letter of %(name)s first.") if first else _("%(name)s approves their own letters.")
    messages.success(request, said % {"name": colleague})
    return redirect("letters:letters")
