from django.db import migrations, models

import accounts.models.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_invariants"),
    ]

    operations = [
        migrations.AlterField(
            model_name="customer",
            name="country",
            field=models.CharField(
                blank=True,
                max_length=2,
                validators=[accounts.models.fields.validate_country],
                verbose_name="country",
            ),
        ),
        migrations.AlterField(
            model_name="workingcalendar",
            name="country",
            field=models.CharField(
                blank=True,
                max_length=2,
                validators=[accounts.models.fields.validate_country],
                verbose_name="country",
            ),
        ),
    ]
