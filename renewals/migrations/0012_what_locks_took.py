import django.db.models.deletion
from django.db import migrations, models

import accounts.models.fields

FILL = """
UPDATE renewals_lockobservation observed
SET last_minute = term.last_minute, time_zone = term.time_zone, ends_at = term.ends_at,
    earliest_lock_at = clock.earliest_lock_at, lock_at = clock.lock_at
FROM renewals_clock clock JOIN accounts_contractterm term ON term.id = clock.term_id
WHERE clock.contract_id = observed.contract_id AND clock.span @> observed.locked_at
"""


def required(name, field):
    return migrations.AlterField(model_name="lockobservation", name=name, field=field)


class Migration(migrations.Migration):
    """Observed locks stand beside the promise of then; a grant may give back what one took.

    Relaxed, filled and tightened in one, for there is no moment at which an observation without its promise may be
    read. Those of before get the promise as it stands now, the best that is known.
    """

    dependencies = [
        ("renewals", "0011_closings"),
        ("accounts", "0005_product_lock_conventions"),
    ]

    operations = [
        migrations.AddField(
            model_name="lockobservation",
            name="last_minute",
            field=accounts.models.fields.WallTimeField(null=True, verbose_name="last minute"),
        ),
        migrations.AddField(
            model_name="lockobservation",
            name="time_zone",
            field=models.CharField(max_length=64, null=True, verbose_name="time zone"),
        ),
        migrations.AddField(
            model_name="lockobservation",
            name="ends_at",
            field=models.DateTimeField(null=True, verbose_name="ends at"),
        ),
        migrations.AddField(
            model_name="lockobservation",
            name="earliest_lock_at",
            field=models.DateTimeField(null=True, verbose_name="earliest lock"),
        ),
        migrations.AddField(
            model_name="lockobservation",
            name="lock_at",
            field=models.DateTimeField(help_text="None: nobody was told.", null=True, verbose_name="lock"),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        required("last_minute", accounts.models.fields.WallTimeField(verbose_name="last minute")),
        required("time_zone", models.CharField(max_length=64, verbose_name="time zone")),
        required("ends_at", models.DateTimeField(verbose_name="ends at")),
        required("earliest_lock_at", models.DateTimeField(verbose_name="earliest lock")),
        migrations.AddField(
            model_name="grant",
            name="gives_back",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="given_back",
                to="renewals.lockobservation",
                verbose_name="gives back what this lock took",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(("gives_back", None))
                | models.Q(("by__isnull", False), ("source", "rule"), models.Q(("reason", ""), _negated=True)),
                name="grant_that_gives_back_is_a_rules_and_accepted",
            ),
        ),
    ]
