import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("renewals", "0021_drafting"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NoMornings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField(verbose_name="since")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="no_mornings",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "wants no morning mail",
                "verbose_name_plural": "want no morning mail",
            },
        ),
        migrations.CreateModel(
            name="Morning",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("next_try_at", models.DateTimeField(verbose_name="next try at")),
                ("queued_at", models.DateTimeField(editable=False, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("lease", models.UUIDField(editable=False, null=True)),
                ("leased_until", models.DateTimeField(editable=False, null=True)),
                ("over_at", models.DateTimeField(null=True, verbose_name="over at")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("sent", "sent"), ("failed", "could not be sent"), ("dropped", "not needed any more")],
                        max_length=8,
                        verbose_name="outcome",
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="answer")),
                ("subject", models.CharField(blank=True, max_length=200, verbose_name="subject")),
                ("body", models.TextField(blank=True, verbose_name="text")),
                ("on", models.DateField(help_text="The working day, by their own clock.", verbose_name="on")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mornings",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "morning mail",
                "verbose_name_plural": "morning mails",
                "ordering": ("next_try_at",),
                "abstract": False,
                "indexes": [
                    models.Index(condition=models.Q(("over_at", None)), fields=["next_try_at"], name="morning_due")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "on"), name="morning_once_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", ""), ("over_at", None)),
                            models.Q(("over_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="morning_is_over_with_an_outcome",
                    ),
                ],
            },
        ),
    ]
