"""A year behind the contracts of `seed_scale`: renewals that were decided, notices that went out, conversations."""

from __future__ import annotations

from datetime import datetime

DECIDED = """
INSERT INTO renewals_renewal (
  contract_id, term_id, stage_id, ends_at, amount_now, currency_now, amount, currency, category, probability,
  next_step, risks, competitor, outcome, loss_reason_id, loss_words, opened_at, closed_at)
SELECT term.contract_id, term.id, stage.id, term.ends_at, term.value, term.currency, term.value, term.currency,
  stage.category, stage.probability, '', '', '', stage.ends, reason.id, '', term.ends_at - interval '97 days',
  least(%(now)s, term.ends_at + (term.id %% 40 - 30) * interval '1 day')
FROM accounts_contractterm term
JOIN renewals_stage stage ON stage.ends = CASE WHEN term.id %% 5 = 0 THEN 'lost' ELSE 'signed' END
LEFT JOIN renewals_lossreason reason ON stage.ends = 'lost' AND reason.word = 'not_known'
WHERE term.ends_at > %(now)s - interval '1 year' AND term.ends_at <= %(now)s
ON CONFLICT DO NOTHING
"""
NOTICES = """
INSERT INTO renewals_touch (
  contract_id, term_id, contact_id, kind, lead, last_minute, due_at, planned_at, handed_over_at)
SELECT renewal.contract_id, term.id, contact.id, 'notice', lead, term.last_minute, at, at, at
FROM renewals_renewal renewal
JOIN accounts_contractterm term ON term.id = renewal.term_id
JOIN accounts_contract contract ON contract.id = renewal.contract_id
JOIN accounts_contact contact ON contact.customer_id = contract.customer_id,
LATERAL (SELECT lead, renewal.ends_at - lead AS at FROM unnest('{30 days, 7 days}'::interval[]) lead) told
WHERE at <= %(now)s AND term.id %% 3 > 0
"""
SENT = """
INSERT INTO renewals_delivery (
  id, touch_id, recipient, provider_id, next_try_at, attempts, over_at, outcome, answer, subject, body)
SELECT gen_random_uuid(), touch.id, contact.email, '', touch.due_at, 1, touch.due_at, 'sent', '', '', ''
FROM renewals_touch touch JOIN accounts_contact contact ON contact.id = touch.contact_id
ON CONFLICT DO NOTHING
"""
TALKS = """
INSERT INTO renewals_conversation (customer_id, at, time_zone, channel, said, by_id, recorded_at)
SELECT id, at, time_zone, 'call', '-', owner_id, at
FROM accounts_customer, LATERAL (SELECT %(now)s - (id %% 365) * interval '1 day' AS at) talked
WHERE owner_id IS NOT NULL
"""


def remember(*, now: datetime) -> None:
    """Lay a year behind the contracts, once: as many rows as a portal would have that had run so long."""
    from django.db import connection

    from renewals.pipeline.models import Renewal
    from renewals.pipeline.usual import not_known

    if Renewal.objects.exclude(outcome="").exists():
        return
    not_known()
    with connection.cursor() as cursor:
        for statement in (DECIDED, NOTICES, SENT, TALKS):
            cursor.execute(statement, {"now": now})
            print(f"{cursor.rowcount:,} rows of the past", flush=True)
