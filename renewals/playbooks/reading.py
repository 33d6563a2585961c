"""What timing plans reads besides the clocks, for any number of contracts in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db.models import Max

from accounts.models import Contact, User
from accounts.peaks import peaks_of
from accounts.rhythm import Stretch
from accounts.worktime import WorkingHours
from renewals.entitlement import Windows, planned
from renewals.locking.models import Clock
from renewals.locking.services import all_hours
from renewals.playbooks.models import Playbook, Step, Version
from renewals.playbooks.moments import Staff
from renewals.playbooks.usual import Fit, closest
from renewals.touches.asking import staff_hours
from renewals.touches.planning import hours_of, recipients_of
from renewals.touches.schedule import Hours


@dataclass(frozen=True, slots=True)
class Known:
    """What timing plans reads besides the clocks: people, hours, and the last version of each playbook."""

    recipients: Mapping[int, Sequence[Contact]]
    calendars: Mapping[int, WorkingHours]
    staff: Mapping[int, WorkingHours]
    fits: dict[int, Fit]
    versions: Mapping[int, Version]
    steps: Mapping[int, Sequence[Step]]
    peaks: Mapping[int, Sequence[Stretch]]
    """By customer, when their own work peaks until the last of these ends (rule 18)."""

    @classmethod
    def read(cls, clocks: Sequence[Clock], *, now: datetime) -> Known:
        customers = {clock.contract.customer_id for clock in clocks}
        owners = {clock.contract.owner for clock in clocks if clock.contract.owner}
        last = Version.objects.filter(
            pk__in=Version.objects.order_by().values("playbook").annotate(last=Max("pk")).values("last")
        )
        steps: dict[int, list[Step]] = defaultdict(list)
        for step in Step.objects.filter(version__in=last):
            steps[step.version_id].append(step)
        return cls(
            recipients=recipients_of(customers),
            calendars=all_hours(),
            staff=staff_hours(owners),
            fits={one.pk: Fit(one.product_id, one.segment, one.kind) for one in Playbook.objects.all()},
            versions={one.playbook_id: one for one in last},
            steps=steps,
            peaks=peaks_of(customers, starts=now, ends=max(clock.ends_at for clock in clocks)),
        )

    def following(self, version: Version) -> Known:
        """The same with the steps of one version, also of one that is not its playbook's last."""
        return replace(self, steps={version.pk: list(version.steps.all())})

    def version_for(self, clock: Clock) -> Version | None:
        """The version that a plan which begins now begins with."""
        contract = clock.contract
        fit = {"product": contract.product_id, "segment": contract.customer.segment, "kind": contract.kind}
        playbook = closest(self.fits, **fit)  # type: ignore[arg-type]
        return self.versions.get(playbook) if playbook else None

    def main_contact(self, clock: Clock) -> Contact | None:
        """Who is written to first: of those who are told about ends whoever decides."""
        people = self.recipients.get(clock.contract.customer_id, ())
        return min(people, key=lambda person: (person.role != Contact.Role.DECIDES, person.pk), default=None)

    def reader(self, clock: Clock, contact: Contact | None) -> Hours:
        """When they may be written to (rule 16)."""
        customer = clock.contract.customer
        return (
            hours_of(contact, self.calendars)
            if contact
            else Hours(customer.time_zone, self.calendars[customer.calendar_id])
        )

    def writer(self, owner: User | None) -> Staff:
        """When whoever writes is at work; the vendor's usual hours where nobody owns the contract."""
        if owner is None:
            country = settings.CSPORTAL_DEFAULT_COUNTRY
            return Staff(settings.CSPORTAL_DEFAULT_ZONE, WorkingHours(country=country))
        return Staff(owner.time_zone, self.staff[owner.pk])


def as_planned(clock: Clock, *, now: datetime) -> Windows:
    """The windows as they are planned to come: somebody is still going to be told in time."""
    return planned(clock.windows, now=now)
