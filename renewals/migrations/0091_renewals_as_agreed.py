from django.db import migrations

NEXT = """
CROSS JOIN LATERAL (
  SELECT later.value, later.currency, later.recorded_at FROM accounts_contractterm later
  WHERE later.contract_id = term.contract_id AND later.ends_at > term.ends_at
  ORDER BY later.ends_at LIMIT 1) next
"""
# Terms that run still and have their next one already: their renewals were never opened.
OPEN = f"""
INSERT INTO renewals_renewal (
  contract_id, term_id, stage_id, ends_at, amount_now, currency_now, amount, currency, category, probability,
  next_step, risks, competitor, outcome, loss_words, opened_at, closed_at)
SELECT term.contract_id, term.id, stage.id, term.ends_at, term.value, term.currency, term.value, term.currency,
  stage.category, stage.probability, '', '', '', 'signed', '', next.recorded_at, next.recorded_at
FROM accounts_contractterm term {NEXT}
JOIN renewals_stage stage ON stage.ends = 'signed'
WHERE term.ends_at > now() ON CONFLICT DO NOTHING
"""  # noqa: S608 - every word of it is ours
# What the next term costs, where it has a price, is what the renewal is worth.
PRICE = f"""
WITH other AS (
  SELECT renewal.id, renewal.amount::text AS was, renewal.currency AS was_in, next.value, next.currency
  FROM renewals_renewal renewal JOIN accounts_contractterm term ON term.id = renewal.term_id {NEXT}
  WHERE next.value IS NOT NULL
    AND (renewal.amount, renewal.currency) IS DISTINCT FROM (next.value, next.currency)
), kept AS (
  UPDATE renewals_renewal SET amount = other.value, currency = other.currency
  FROM other WHERE other.id = renewals_renewal.id
)
INSERT INTO renewals_renewalchange (renewal_id, field, before, after, at, by_name)
SELECT id, field, coalesce(before, ''), after, now(), 'by itself' FROM other, LATERAL (VALUES
  ('amount', was, value::text), ('currency', was_in, currency)
) AS one (field, before, after) WHERE before IS DISTINCT FROM after
"""  # noqa: S608 - every word of it is ours


class Migration(migrations.Migration):
    dependencies = [("renewals", "0090_currency_now_on_record")]

    operations = [migrations.RunSQL([OPEN, PRICE], migrations.RunSQL.noop)]
