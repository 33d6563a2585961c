"""Renewals follow what their contracts do: a moved end, another price, the next term, a “no”, the close."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, Q, Subquery

from accounts.models import Amendment
from accounts.services import Actor
from renewals.callbacks import fanning
from renewals.pipeline import opening
from renewals.pipeline.models import Ends, LossReason, Renewal, RenewalChange, Stage
from renewals.pipeline.opening import open_near, open_renewed
from renewals.pipeline.services import change_some
from renewals.pipeline.usual import not_known, stages, the
from renewals.playbooks import laying
from renewals.timeline.models import Event

BY_ITSELF = "by itself"
"""Who changed a renewal, on record, where the contract did."""

KEEP_IN_STEP = """
WITH other AS (
  SELECT renewal.id, renewal.ends_at AS was_until, term.ends_at AS until, renewal.amount_now AS was,
    renewal.currency_now AS was_in, term.value AS worth, term.currency AS worth_in,
    renewal.amount AS expected, renewal.currency AS expected_in, agreed.amount, agreed.currency,
    said.by_user_id, coalesce(said.by_name, %s) AS by_name
  FROM renewals_renewal renewal JOIN accounts_contractterm term ON term.id = renewal.term_id
  LEFT JOIN LATERAL (
    SELECT later.value, later.currency FROM accounts_contractterm later
    WHERE later.contract_id = term.contract_id AND later.ends_at > term.ends_at
    ORDER BY later.ends_at LIMIT 1) next ON true
  CROSS JOIN LATERAL (
    SELECT CASE
      WHEN next.value IS NOT NULL THEN 'next'
      WHEN renewal.amount IS NOT DISTINCT FROM renewal.amount_now AND renewal.currency = renewal.currency_now THEN 'now'
    END AS goes_by) says
  CROSS JOIN LATERAL (
    SELECT CASE says.goes_by WHEN 'next' THEN next.value WHEN 'now' THEN term.value ELSE renewal.amount END AS amount,
      CASE says.goes_by WHEN 'next' THEN next.currency WHEN 'now' THEN term.currency ELSE renewal.currency
      END AS currency) agreed
  LEFT JOIN LATERAL (
    SELECT by_user_id, by_name FROM accounts_amendment
    WHERE contract_id = renewal.contract_id AND at = %s ORDER BY id DESC LIMIT 1) said ON true
  WHERE renewal.contract_id = ANY(%s)
    AND (renewal.ends_at, renewal.amount_now, renewal.currency_now, renewal.amount, renewal.currency)
      IS DISTINCT FROM (term.ends_at, term.value, term.currency, agreed.amount, agreed.currency)
), kept AS (
  UPDATE renewals_renewal SET ends_at = other.until, amount_now = other.worth, currency_now = other.worth_in,
    amount = other.amount, currency = other.currency
  FROM other WHERE other.id = renewals_renewal.id
)
INSERT INTO renewals_renewalchange (renewal_id, field, before, after, at, by_user_id, by_name)
SELECT id, field, coalesce(before, ''), coalesce(after, ''), %s, by_user_id, by_name FROM other, LATERAL (VALUES
  ('ends_at', to_char(was_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'),
    to_char(until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"')),
  ('amount_now', was::text, worth::text),
  ('currency_now', was_in, worth_in),
  ('amount', expected::text, amount::text),
  ('currency', expected_in, currency)
) AS one (field, before, after) WHERE before IS DISTINCT FROM after
"""
"""What follows from the terms: the end, what is paid today, and what is expected. With a price in the next term that
is what it costs; before, what is paid today, unless somebody expects something else.
"""


def facts_changed(contract_ids: Iterable[int], *, now: datetime) -> None:
    """What follows from the facts follows again; then the renewals of these contracts, in a constant number of
    queries.
    """
    ids = list(contract_ids)
    laying.facts_changed(ids, now=now)
    follow(ids, now=now)


def events_recorded(events: Sequence[Event], *, now: datetime) -> None:
    """Whoever is called about events is; what a contract's close leaves without its next term is lost."""
    fanning.fan_out(events, now=now)
    closed = [event.contract_id for event in events if event.kind == Event.Kind.CLOSED]
    if closed:
        kept = Renewal.objects.exclude(outcome=Renewal.Outcome.LOST).filter(contract__in=closed, ends_at__lte=now)
        over = kept.with_next().filter(Q(has_next=False))
        lose(list(over.values_list("pk", flat=True)), by=BY_ITSELF, now=now)


def watch(*, now: datetime) -> int:
    """Open the renewals of contracts whose ends have come near; a “no” that was said before is heard now. How many."""
    opened = opening.watch(now=now)
    if opened:
        unheard = Renewal.objects.open().filter(contract__declined_at__isnull=False, opened_at=now)
        follow(list(unheard.values_list("contract", flat=True)), now=now)
    return opened


def follow(contract_ids: Sequence[int], *, now: datetime) -> None:
    """Make the renewals of these contracts say what the contracts do, and open those whose time has come."""
    among = stages()
    open_near(contract_ids, among=among, now=now)
    open_renewed(contract_ids, among=among, now=now)
    with connection.cursor() as cursor:
        cursor.execute(KEEP_IN_STEP, [BY_ITSELF, now, list(contract_ids), now])
    settled = list(to_settle(contract_ids, now=now))
    if settled:
        settle(settled, among=among, now=now)


def to_settle(contract_ids: Sequence[int], *, now: datetime) -> Iterable[tuple[int, int, bool, str]]:
    """Which renewals say something else than their contracts: key, contract, whether it has its next term, and what
    they say.

    Also those that somebody marked as signed: only the contract's next term keeps what has said no. What was lost
    with its contract's close goes on where the contract does.
    """
    found = Renewal.objects.filter(contract__in=list(contract_ids)).with_next()
    signed, lost = Q(outcome=Renewal.Outcome.SIGNED), Q(outcome=Renewal.Outcome.LOST)
    unsaid = Q(has_next=True) & ~signed
    unheard = Q(has_next=False, contract__declined_at__isnull=False) & ~lost
    taken_back = Amendment.objects.filter(contract=OuterRef("contract"), at=now, before__has_key="declined_at")
    moves = RenewalChange.objects.filter(renewal=OuterRef("pk"), field=RenewalChange.Field.STAGE)
    moved_by = Subquery(moves.order_by("-at", "-pk").values("by_name")[:1])
    goes_on = Q(is_back=True) | Q(ends_at__gt=now, moved_by=BY_ITSELF)
    again = lost & Q(has_next=False, contract__declined_at=None) & goes_on
    found = found.annotate(is_back=Exists(taken_back), moved_by=moved_by).filter(unsaid | unheard | again)
    return found.order_by("pk").values_list("pk", "contract", "has_next", "outcome")


def settle(found: Sequence[tuple[int, int, bool, str]], *, among: list[Stage], now: datetime) -> None:
    """Sign those that were renewed, lose those that said no, each in the name of who did it."""
    said = who_said((contract for _pk, contract, *_rest in found), now=now)
    by_actor: dict[tuple[Actor, str], list[int]] = defaultdict(list)
    for pk, contract, has_next, outcome in found:
        what = "sign" if has_next else "reopen" if outcome == Renewal.Outcome.LOST else "lose"
        by_actor[said.get(contract, BY_ITSELF), what].append(pk)
    for (by, what), ids in by_actor.items():
        if what == "lose":
            lose(ids, by=by, now=now)
        else:
            change_some(ids, stage=the(Ends.SIGNED if what == "sign" else Ends.OPEN, among), by=by, now=now)


def who_said(contract_ids: Iterable[int], *, now: datetime) -> dict[int, Actor]:
    """By contract, who amended it at this instant."""
    amendments = Amendment.objects.filter(contract__in=list(contract_ids), at=now).select_related("by_user")
    return {one.contract_id: one.by_user or one.by_name for one in amendments.order_by("pk")}


def lose(renewal_ids: Sequence[int], *, by: Actor, now: datetime) -> None:
    """Lose these renewals: for the reason that their customers gave with their “no”, else for one to be found out."""
    said = whys(renewal_ids)
    without = [pk for pk in renewal_ids if pk not in said]
    among = stages() if renewal_ids else []
    if without:
        change_some(without, stage=the(Ends.LOST, among), loss_reason=not_known(), by=by, now=now)
    for pk, (word, words) in said.items():
        reason = LossReason.objects.standing().filter(word=word).first() or not_known()
        change_some([pk], stage=the(Ends.LOST, among), loss_reason=reason, loss_words=words, by=by, now=now)


def whys(renewal_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """By renewal, why its customer said on their page that they will not go on, where that still holds."""
    no = Event.objects.filter(
        kind=Event.Kind.DECLINED, contract=OuterRef("contract"), occurred_at=OuterRef("contract__declined_at")
    )
    found = Renewal.objects.filter(pk__in=list(renewal_ids)).annotate(said=Subquery(no.values("detail")[:1]))
    rows = found.filter(said__isnull=False).values_list("pk", "said")
    return {pk: (said["reason"], said["words"]) for pk, said in rows}
