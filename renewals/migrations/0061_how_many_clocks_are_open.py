"""Without statistics of its own the planner takes `upper(span) IS NULL` for one clock in two hundred: it is nearly all."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("renewals", "0060_first_page_indexes")]

    operations = [
        migrations.RunSQL(
            "CREATE STATISTICS clock_span_upper ON (upper(span)) FROM renewals_clock",
            "DROP STATISTICS clock_span_upper",
        ),
        migrations.RunSQL("ANALYZE renewals_clock", migrations.RunSQL.noop),
    ]
