"""Who can be called for which contract, in order: read once for any number of contracts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from accounts.models import Contract, User
from renewals.interventions.duty import Candidate, Stretch
from renewals.interventions.models import Absence
from renewals.touches.asking import staff_hours


class Rota:
    """The vendor's people as candidates, as things stand at `now`. Four queries, whoever is asked for."""

    def __init__(self, *, now: datetime) -> None:
        self.people = list(User.objects.filter(is_active=True).order_by("duty_place", "name", "pk"))
        self.away: dict[int, list[Stretch]] = defaultdict(list)
        for user, *stretch in Absence.objects.filter(until_at__gt=now).values_list("user", "from_at", "until_at"):
            self.away[user].append((stretch[0], stretch[1]))
        self.hours = staff_hours(self.people)

    def user(self, pk: int) -> User:
        """One of these people."""
        return next(one for one in self.people if one.pk == pk)

    def for_contract(self, contract: Contract) -> list[Candidate]:
        """The owner, the others of their team in order, its managers, and where there is none the administrators.

        The contract comes with its `customer`. Where nobody owns it, whoever looks after the customer counts as its
        owner; where nobody does, any manager may have it.
        """
        owner = self.owner_of(contract)
        team = owner and owner.team_id
        others = [one for one in self.people if team and one.team_id == team and one.role == User.Role.CSM]
        leads = [one for one in self.people if one.role == User.Role.MANAGER and (owner is None or one.team_id == team)]
        admins = [one for one in self.people if one.role == User.Role.ADMIN]
        called: Sequence[User] = [*([owner] if owner else []), *others, *(((team or not owner) and leads) or admins)]
        return [self.candidate(one) for one in dict.fromkeys(called or admins)]

    def owner_of(self, contract: Contract) -> User | None:
        """Who looks after a contract and still works here."""
        ids = (contract.owner_id, contract.customer.owner_id)
        return next((one for pk in ids for one in self.people if one.pk == pk), None)

    def candidate(self, user: User) -> Candidate:
        """One of these people as the pure functions take them."""
        return Candidate(
            user_id=user.pk, zone=user.time_zone, hours=self.hours[user.pk], away=tuple(self.away[user.pk])
        )
