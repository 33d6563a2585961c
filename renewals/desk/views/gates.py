"""The only ways from an address to a row."""

from __future__ import annotations

from typing import cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts.access import StaffRequest
from accounts.models import Contact, Customer, Team, User
from renewals.appointments.models import Appointment
from renewals.desk.rows import Row, rows
from renewals.interventions.models import Channel, Intervention
from renewals.links.models import RenewalLink
from renewals.locking.models import Grant
from renewals.playbooks.models import PlanStep


def clock_for(request: StaffRequest, contract_pk: int) -> Row:
    """The clock that counts now of a contract the reader may see, with everything a row shows; 404 otherwise."""
    return cast("Row", get_object_or_404(rows(request.user, now=request.now), contract=contract_pk))


def customer_for(request: StaffRequest, pk: int) -> Customer:
    """A customer the reader may see; 404 otherwise."""
    visible = Customer.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("owner", "calendar"), pk=pk)


def contact_for(request: StaffRequest, pk: int) -> Contact:
    """A person at a customer the reader may see; 404 otherwise."""
    visible = Customer.objects.visible_to(request.user)
    return get_object_or_404(Contact.objects.select_related("customer"), customer__in=visible, pk=pk)


def link_for(request: StaffRequest, pk: int) -> RenewalLink:
    """A renewal link of a contract the reader may see; 404 otherwise."""
    visible = rows(request.user, now=request.now).values("contract")
    return get_object_or_404(RenewalLink.objects.select_related("contract"), contract__in=visible, pk=pk)


def grant_for(request: StaffRequest, pk: int) -> Grant:
    """Extra time of a contract the reader may see; 404 otherwise."""
    visible = rows(request.user, now=request.now).values("contract")
    grants = Grant.objects.select_related("term__contract__customer", "term__contract__product", "by", "contact")
    return get_object_or_404(grants, term__contract__in=visible, pk=pk)


def step_for(request: StaffRequest, pk: int) -> PlanStep:
    """A step of the plan of a contract the reader may see; 404 otherwise."""
    visible = PlanStep.objects.visible_to(request.user)
    related = ("plan", "contract__customer", "contract__product", "contact__customer")
    return get_object_or_404(visible.select_related(*related), pk=pk)


def intervention_for(request: StaffRequest, pk: int) -> Intervention:
    """An intervention about a contract the reader may see, with what its page shows; 404 otherwise."""
    visible = Intervention.objects.visible_to(request.user).with_contact().with_holder()
    related = visible.select_related(
        "contract__customer__calendar", "contract__product", "contract__owner", "term", "taken_by", "closed_by"
    )
    return get_object_or_404(related.prefetch_related("hand_overs__user", "hand_overs__messages", "calls__by"), pk=pk)


def teams_led_by(user: User) -> QuerySet[Team]:
    """The teams whose channel the reader may set: a manager their own, an administrator all, a CSM none."""
    if user.role == User.Role.CSM:
        return Team.objects.none()
    teams = Team.objects.select_related("channel")
    return teams if user.sees_everything else teams.filter(pk=user.team_id or -1)


def call_for(request: StaffRequest, pk: int) -> Appointment:
    """A call that is the reader's to make, or about a contract the reader may see; 404 otherwise."""
    related = ("contract__customer__calendar", "contract__product", "contract__owner", "contact", "user", "settled_by")
    return get_object_or_404(Appointment.objects.visible_to(request.user).select_related(*related), pk=pk)


def team_for(request: StaffRequest, pk: int) -> Team:
    """A team whose channel the reader may set; 404 otherwise."""
    return get_object_or_404(teams_led_by(request.user), pk=pk)


def channel_for(request: StaffRequest, team_pk: int) -> Channel:
    """The channel of a team that the reader may set; 404 where there is none."""
    return get_object_or_404(Channel.objects.select_related("team"), team=team_for(request, team_pk))
