"""Sets the rules of risk, on record, and makes a step of a plan of what they suggest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed
from renewals.pipeline.models import Renewal
from renewals.playbooks.models import Plan, PlanStep
from renewals.playbooks.services import OutsideTheirHours, add
from renewals.risk.models import RiskRule
from renewals.risk.reading import met_peaks, rules_at, weighed, why
from renewals.risk.rules import Rule, Word
from renewals.risk.words import advice, because

MAY_SET = (User.Role.MANAGER, User.Role.ADMIN)
"""Who may say from when on a rule holds, and how much it weighs."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LONGEST_TITLE, LONGEST_AIM = 100, 600


@transaction.atomic
def set_rules(rules: Mapping[Word, Rule], *, by: User, now: datetime) -> list[Word]:
    """These rules hold from now on, on record by whom; which of them are other than before.

    Raises `NotAllowed` for a CSM and for a number out of bounds.
    """
    if by.role not in MAY_SET:
        raise NotAllowed(_("The rules of risk are for managers and administrators to set."))
    before = rules_at(now)
    changed = [word for word in Word if word in rules and rules[word] != before[word]]
    rows = [RiskRule(word=word, limit=rules[word].limit, weight=rules[word].weight, at=now, by=by) for word in changed]
    try:
        for row in rows:
            row.clean_fields()
    except ValidationError as problem:
        raise NotAllowed(" ".join(problem.messages)) from problem
    RiskRule.objects.bulk_create(rows)
    return changed


@transaction.atomic
def plan_next(renewal: Renewal, *, by: User, now: datetime) -> PlanStep:
    """Make a step of the contract's plan of what is suggested: within a day, in their hours, to whom it went last.

    Raises `NotAllowed` where nothing is suggested any more, there is no plan, or the same is planned already.
    """
    found = weighed(
        Renewal.objects.open().filter(pk=renewal.pk), rules_at(now),
        peaks=met_peaks([renewal.contract_id], now=now), now=now,
    ).first()  # fmt: skip
    reasons = why(found, rules_at(now)) if found else []
    suggested = advice(reasons)
    if suggested is None:
        raise NotAllowed(_("Nothing speaks against this renewal any more."))
    plan = Plan.objects.select_for_update().filter(term=renewal.term_id).first()
    if plan is None:
        raise NotAllowed(_("This contract has no plan yet. It is laid within a minute."))
    title = str(suggested.title)[:LONGEST_TITLE]
    if plan.steps.open().filter(title=title).exists():
        raise NotAllowed(_("That is planned already: see the contract’s plan."))
    last = plan.steps.exclude(contact=None).select_related("contact__customer").order_by("-goes_at").first()
    said = {
        "purpose": "other", "channel": suggested.channel, "title": title, "aim": because(reasons)[:LONGEST_AIM],
        "contact": last.contact if last else None,
    }  # fmt: skip
    return add_in_their_hours(plan, renewal, said, by=by, now=now)


def add_in_their_hours(plan: Plan, renewal: Renewal, said: dict, *, by: User, now: datetime) -> PlanStep:
    """In a day, sooner where less than two are left, or at the next moment after it at which they work."""
    soon = now + min(DAY, max((renewal.ends_at - now) / 2, HOUR))
    soon = soon.replace(second=0, microsecond=0)
    try:
        return add(plan, goes_at=soon, by=by, now=now, **said)
    except OutsideTheirHours as refusal:
        return add(plan, goes_at=refusal.then_at, by=by, now=now, **said)
