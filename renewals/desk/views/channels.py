"""Where a team is told of its soft locks beside the mail: the service, its address, and a test (rule 13)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.access import StaffRequest
from renewals.channels.answers import Verdict
from renewals.desk.forms import ChannelForm
from renewals.desk.views.gates import channel_for, team_for
from renewals.interventions.channel import remove_channel, send_test, set_channel
from renewals.interventions.models import Channel


@never_cache
@sensitive_post_parameters("url", "secret")
@login_required
def channel(request: StaffRequest, pk: int) -> HttpResponse:
    """What is set, and the form that replaces it whole: what was typed once is not shown again."""
    team = team_for(request, pk)
    found = Channel.objects.filter(team=team).select_related("set_by").first()
    form = ChannelForm(request.POST or None, initial={"kind": found and found.kind})
    if request.method == "POST" and form.is_valid():
        set_channel(team, **form.cleaned_data, by=request.user, now=request.now)
        messages.success(request, _("It is set. Send a test to see whether it arrives."))
        return redirect("desk:channel", pk)
    return render(request, "interventions/channel.html", {"team": team, "channel": found, "form": form})


@login_required
@require_POST
def test(request: StaffRequest, pk: int) -> HttpResponse:
    """A message about nothing, at once; what the service answered, in its own words."""
    found = channel_for(request, pk)
    answer = send_test(found, by=request.user, now=request.now)
    said = {"service": found.service, "answer": answer.said}
    match answer.verdict:
        case Verdict.ACCEPTED:
            messages.success(request, _("%(service)s took it and answered: %(answer)s") % said)
        case Verdict.LATER:
            messages.error(request, _("%(service)s did not take it for now: %(answer)s") % said)
        case Verdict.REFUSED:
            messages.error(request, _("%(service)s refused it: %(answer)s") % said)
    return redirect("desk:channel", pk)


@login_required
@require_POST
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Nothing is posted there any more."""
    found = channel_for(request, pk)
    remove_channel(found.team, by=request.user, now=request.now)
    messages.success(request, _("The channel is removed. The mails go on."))
    return redirect("desk:channel", pk)
