from django.db import migrations

# Of each table of facts: the columns that matter when a row is changed, and whose contracts its rows are about.
OF_TERM = "SELECT term.contract_id FROM changed JOIN accounts_contractterm term ON term.id = changed.term_id"
OF_CUSTOMER = "SELECT contract.id FROM changed JOIN accounts_contract contract ON contract.customer_id = changed.{}"
OF_CONTRACT = "SELECT contract_id FROM changed"
WITH_PEAKS = """
SELECT contract.id FROM changed JOIN accounts_customer customer ON customer.calendar_id = changed.{}
JOIN accounts_contract contract ON contract.customer_id = customer.id
WHERE EXISTS (SELECT FROM accounts_peak peak WHERE peak.customer_id = customer.id AND peak.removed_at IS NULL)
"""
FACTS = {
    "accounts_contract": ("owner_id product_id customer_id", "SELECT id FROM changed"),
    "accounts_customer": ("time_zone calendar_id", OF_CUSTOMER.format("id")),
    "accounts_workingcalendar": ("country subdivision opens closes weekend", WITH_PEAKS.format("id")),
    "accounts_calendarday": ("calendar_id on is_working", WITH_PEAKS.format("calendar_id")),
    "accounts_peak": (
        "customer_id removed_at kind day to_day count working weekdays begins_on ends_on",
        OF_CUSTOMER.format("customer_id"),
    ),
    "accounts_contractterm": ("contract_id starts_at ends_at last_minute recorded_at", OF_CONTRACT),
    "renewals_renewal": (
        """contract_id term_id outcome opened_at closed_at ends_at amount_now currency_now amount currency category
        competitor next_step_on""",
        OF_CONTRACT,
    ),
    "renewals_clock": ("contract_id term_id span ends_at earliest_lock_at lock_at joins_at is_history", OF_CONTRACT),
    "renewals_evidence": ("term_id last_minute kind at by_id disproved_at", OF_TERM),
    "renewals_peakleft": ("term_id last_minute first_day last_day", OF_TERM),
    "renewals_lockobservation": ("contract_id locked_at ends_at", OF_CONTRACT),
    "renewals_intervention": ("contract_id term_id locked_at closed_at", OF_CONTRACT),
    "renewals_phonecall": (
        "intervention_id at outcome",
        "SELECT one.contract_id FROM changed JOIN renewals_intervention one ON one.id = changed.intervention_id",
    ),
    "renewals_conversation": ("customer_id contract_id at", OF_CUSTOMER.format("customer_id")),
    "renewals_promise": (
        "customer_id contract_id side due_on settled_at",
        OF_CUSTOMER.format("customer_id") + " AND coalesce(changed.contract_id, contract.id) = contract.id",
    ),
    "renewals_planstep": (
        "contract_id plan_id purpose channel done_at done_by_id",
        f"{OF_CONTRACT} WHERE done_at IS NOT NULL",
    ),
    "renewals_delivery": (
        "touch_id outcome over_at",
        """SELECT about.contract_id FROM changed JOIN renewals_touch touch ON touch.id = changed.touch_id,
        LATERAL (SELECT touch.contract_id UNION ALL SELECT term.contract_id FROM renewals_besides besides
        JOIN accounts_contractterm term ON term.id = besides.term_id WHERE besides.script_id = touch.script_id) about
        WHERE changed.outcome <> ''""",
    ),
    "renewals_besides": ("script_id term_id", OF_TERM),
    "renewals_touch": (
        "contract_id term_id kind script_id",
        f"""{OF_CONTRACT} WHERE EXISTS
        (SELECT FROM renewals_delivery one WHERE one.touch_id = changed.id AND one.outcome <> '')""",
    ),
    "renewals_plan": (
        "term_id",
        f"""{OF_CONTRACT} WHERE EXISTS
        (SELECT FROM renewals_planstep one WHERE one.plan_id = changed.id AND one.done_at IS NOT NULL)""",
    ),
    "renewals_snapshot": (
        "contract_id score",
        f"""{OF_CONTRACT} WHERE EXISTS
        (SELECT FROM renewals_round one WHERE one."on" = changed."on" AND one.finished_at IS NOT NULL)""",
    ),
}
# What only one of the two looks at makes the other no older.
RISK_ALONE = {
    "accounts_customer", "accounts_workingcalendar", "accounts_calendarday", "accounts_peak", "renewals_peakleft",
    "renewals_promise", "renewals_snapshot",
}  # fmt: skip
LAST_MILE_ALONE = {"renewals_planstep", "renewals_plan", "renewals_besides", "renewals_intervention"}
KINDS = {
    table: ["risk"] if table in RISK_ALONE else ["last_mile"] if table in LAST_MILE_ALONE else ["risk", "last_mile"]
    for table in FACTS
}
# Contracts without a renewal have nothing kept: an import of very many leaves no row here.
NOTE = """
INSERT INTO renewals_stale (kind, contract_id)
SELECT kind, about.contract_id
FROM (SELECT DISTINCT contract_id FROM ({find}) found (contract_id)) about, (VALUES {kinds}) kept (kind)
WHERE EXISTS (SELECT FROM renewals_renewal renewal WHERE renewal.contract_id = about.contract_id)
"""
MADE = """
CREATE FUNCTION {table}_stale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {note};
  RETURN NULL;
END $$;
CREATE TRIGGER stale_inserted AFTER INSERT ON {table} REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION {table}_stale();
CREATE TRIGGER stale_deleted AFTER DELETE ON {table} REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION {table}_stale();
CREATE FUNCTION {table}_stale_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  WITH changed AS (SELECT OLD.* UNION ALL SELECT NEW.*) {note};
  RETURN NULL;
END $$;
CREATE TRIGGER stale_updated AFTER UPDATE OF {columns} ON {table} FOR EACH ROW
  WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION {table}_stale_updated();
"""
GONE = """
DROP FUNCTION {table}_stale CASCADE;
DROP FUNCTION {table}_stale_updated CASCADE;
"""
# A day's scores count once its round is through: all at once, for all that is kept.
ROUND = """
CREATE FUNCTION renewals_round_scored() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(2359);
  UPDATE renewals_riskfacts SET health = fresh.score
  FROM (
    SELECT kept.renewal_id, snapshot.score FROM renewals_riskfacts kept
    LEFT JOIN renewals_snapshot snapshot ON snapshot.contract_id = kept.contract_id
      AND snapshot."on" = (SELECT max("on") FROM renewals_round WHERE finished_at IS NOT NULL)
  ) fresh
  WHERE fresh.renewal_id = renewals_riskfacts.renewal_id AND fresh.score IS DISTINCT FROM renewals_riskfacts.health;
  RETURN NULL;
END $$;
CREATE TRIGGER round_scored AFTER INSERT OR UPDATE OF finished_at ON renewals_round
  FOR EACH ROW WHEN (NEW.finished_at IS NOT NULL) EXECUTE FUNCTION renewals_round_scored();
"""
NOT_YET = """
INSERT INTO renewals_stale (kind, contract_id)
SELECT DISTINCT 'last_mile', contract_id FROM renewals_renewal
UNION ALL SELECT DISTINCT 'risk', contract_id FROM renewals_renewal WHERE outcome = ''
"""


def made(table: str, columns: str, find: str) -> str:
    """The triggers of one table."""
    kinds = ", ".join(f"('{kind}')" for kind in KINDS[table])
    names = [f'"{name}"' for name in columns.split()]
    return MADE.format(
        table=table, note=NOTE.format(find=find, kinds=kinds).strip(), columns=", ".join(names),
        old=", ".join(f"OLD.{name}" for name in names), new=", ".join(f"NEW.{name}" for name in names),
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("renewals", "0096_kept_figures"), ("accounts", "0022_what_the_figures_read")]

    operations = [
        migrations.RunSQL(
            "".join(made(table, *said) for table, said in FACTS.items()) + ROUND,
            "".join(GONE.format(table=table) for table in FACTS) + "DROP FUNCTION renewals_round_scored CASCADE;",
        ),
        migrations.RunSQL(NOT_YET, migrations.RunSQL.noop),
    ]
