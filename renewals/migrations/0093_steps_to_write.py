from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("renewals", "0092_what_the_figures_read")]

    operations = [
        migrations.AddIndex(
            model_name="planstep",
            index=models.Index(
                condition=models.Q(
                    ("done_at", None),
                    ("dropped_at", None),
                    ("joins", None),
                    models.Q(("writer", "portal"), _negated=True),
                ),
                fields=["goes_at", "id", "write_from", "lapses_at"],
                name="plan_step_to_write",
            ),
        ),
    ]
