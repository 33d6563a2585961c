from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("renewals", "0005_evidence_holds"),
    ]

    operations = [
        migrations.AlterField(
            model_name="touch",
            name="kind",
            field=models.CharField(
                choices=[
                    ("notice", "notice"),
                    ("shortened", "notice of an earlier end"),
                    ("renews_itself", "notice of a renewal by itself"),
                    ("late", "late notice"),
                    ("taken_back", "notice of an earlier lock"),
                    ("renewed", "receipt of a renewal"),
                ],
                default="notice",
                max_length=15,
                verbose_name="kind",
            ),
        ),
    ]
