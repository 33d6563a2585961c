import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0021_contracts_by_whose_they_are"),
        ("renewals", "0093_steps_to_write"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(fields=["contract", "ends_at"], name="clock_of_contract"),
        ),
        migrations.AlterField(
            model_name="clock",
            name="contract",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="clocks",
                to="accounts.contract",
            ),
        ),
    ]
