import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("renewals", "0020_calendar"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DraftRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "about",
                    models.CharField(
                        help_text="Which letter, such as letter:12.", max_length=120, verbose_name="about"
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                ("host", models.CharField(max_length=255, verbose_name="sent to")),
                ("brief", models.JSONField(editable=False, verbose_name="brief")),
                (
                    "sent",
                    models.TextField(help_text="The very text that left the house.", verbose_name="what was sent"),
                ),
                (
                    "sent_at",
                    models.DateTimeField(help_text="Empty: nothing has left.", null=True, verbose_name="sent at"),
                ),
                ("lease", models.UUIDField(editable=False, null=True)),
                ("leased_until", models.DateTimeField(editable=False, null=True)),
                ("over_at", models.DateTimeField(null=True, verbose_name="over at")),
                (
                    "why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("off", "No language model is set up."),
                            ("moved", "Another model was set up in the meantime, so nothing was sent. Ask again."),
                            ("too_slow", "The model gave no whole answer in time. Ask again, or write without it."),
                            ("not_there", "The model could not be reached. Ask again later, or write without it."),
                            ("key", "The model refuses our key. An administrator has to look at it."),
                            ("busy", "The model has too much to do. Ask again later, or write without it."),
                            ("its_fault", "The model met an error of its own. Ask again later, or write without it."),
                            ("refused", "The model does not take the question. An administrator has to look at it."),
                            ("unwilling", "The model does not want to write this letter. Write without it."),
                            ("garbage", "What came back is no answer of a model. An administrator has to look."),
                            (
                                "too_large",
                                "What came back is far longer than a letter. Ask again, or write without it.",
                            ),
                            ("nothing", "The model answered with nothing. Ask again, or write without it."),
                            ("cut", "The answer breaks off before its end. Ask again, or write without it."),
                            ("never_came", "The work broke off before there was an answer. Ask again."),
                        ],
                        max_length=12,
                        verbose_name="why there is no draft",
                    ),
                ),
                ("said", models.CharField(blank=True, max_length=500, verbose_name="what it said")),
                ("wait", models.DurationField(null=True, verbose_name="asked to wait")),
                ("text", models.TextField(blank=True, verbose_name="draft")),
                ("doubts", models.JSONField(default=list, verbose_name="in doubt")),
                ("added", models.JSONField(default=list, editable=False)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="draft_requests",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
            ],
            options={
                "verbose_name": "draft by a language model",
                "verbose_name_plural": "drafts by a language model",
                "ordering": ("-asked_at", "-pk"),
                "indexes": [models.Index(fields=["about", "-asked_at"], name="draft_about")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("over_at", None)), fields=("about",), name="draft_one_at_a_time"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("over_at", None), ("text", ""), ("why", "")),
                            models.Q(("over_at__isnull", False), models.Q(("why", ""), ("text", ""), _connector="XOR")),
                            _connector="OR",
                        ),
                        name="draft_is_over_with_a_text_or_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lease", None),
                            models.Q(("leased_until__isnull", False), ("sent_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="draft_that_somebody_has_was_sent",
                    ),
                ],
            },
        ),
    ]
