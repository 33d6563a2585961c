import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    """Products that lock at a clock time of the last day, or wait some hours."""

    dependencies = [
        ("accounts", "0004_numbers_are_addresses"),
    ]

    operations = [
        migrations.AddField(
            model_name="product",
            name="lock_clock",
            field=models.TimeField(
                blank=True,
                help_text="For a clock time of the last day, such as 18:00.",
                null=True,
                verbose_name="at this clock time",
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="lock_grace_hours",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="How long after that the product still lets people work.",
                validators=[django.core.validators.MaxValueValidator(2160)],
                verbose_name="hours it waits",
            ),
        ),
        migrations.AlterField(
            model_name="product",
            name="lock_convention",
            field=models.CharField(
                choices=[
                    ("as_promised", "when the portal says so"),
                    ("last_day_begins", "00:00 of the last day"),
                    ("last_day_ends", "00:00 after the last day"),
                    ("last_day_at", "a clock time of the last day"),
                ],
                default="as_promised",
                max_length=20,
                verbose_name="locks on its own at",
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("lock_convention", "last_day_at"), _negated=True)
                | models.Q(("lock_clock__isnull", False)),
                name="product_that_locks_at_a_clock_time_names_it",
                violation_error_message="Say at which clock time it locks, such as 18:00.",
            ),
        ),
    ]
