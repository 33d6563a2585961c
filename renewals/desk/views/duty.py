"""Who is on duty in the reader's team, and who is away."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import StaffRequest
from accounts.models import User
from accounts.services import NotAllowed
from renewals.desk.forms import AwayForm
from renewals.desk.views.gates import teams_led_by
from renewals.interventions import services
from renewals.interventions.models import Absence
from renewals.interventions.rota import Rota


@login_required
def duty(request: StaffRequest) -> HttpResponse:
    """The rota, and the form that says who is away. A CSM speaks for themselves, a manager for the team."""
    form = AwayForm(request.POST or None, people=answers_for(request.user), now=request.now)
    if request.method == "POST" and form.is_valid():
        try:
            services.be_away(now=request.now, **form.cleaned_data)
        except NotAllowed as problem:
            form.add_error("until_at", str(problem))
        else:
            messages.success(request, _("It is on record. What they have and did not take goes to the next."))
            return redirect("desk:duty")
    people = seen_by(request.user)
    away = Absence.objects.filter(user__in=people, until_at__gt=request.now).select_related("user")
    own = set(answers_for(request.user).values_list("pk", flat=True))
    context = {"people": services.working_now(people, Rota(now=request.now), now=request.now), "away": away, "own": own}
    context["teams"] = teams_led_by(request.user)
    return render(request, "interventions/duty.html", context | {"form": form})


@login_required
@require_POST
def back(request: StaffRequest, pk: int) -> HttpResponse:
    """They are back, or never go: the absence ends."""
    absence = get_object_or_404(Absence, user__in=answers_for(request.user), pk=pk)
    absence.delete()
    messages.success(request, _("The absence is taken away."))
    return redirect("desk:duty")


def seen_by(user: User) -> QuerySet[User]:
    """Whose duty the reader sees: their team's, an administrator everybody's; in the order of the rota."""
    people = User.objects.filter(is_active=True).select_related("team", "calendar")
    mine = people if user.sees_everything else people.filter(Q(team=user.team_id or -1) | Q(pk=user.pk))
    return mine.order_by("team__name", "role", "duty_place", "name", "pk")


def answers_for(user: User) -> QuerySet[User]:
    """For whom the reader may say that they are away."""
    people = seen_by(user)
    return people.filter(pk=user.pk) if user.role == User.Role.CSM else people
