import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_contacts_by_address"),
        ("renewals", "0041_agreements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PaymentTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(unique=True, verbose_name="at")),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="So many days after the signature it is due. What has been signed keeps its day.",
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="Days to pay",
                    ),
                ),
                (
                    "limit",
                    models.PositiveSmallIntegerField(
                        default=7,
                        help_text="After so many days more its CSM and their manager are told. Nothing is locked by it.",
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="Days we wait after that",
                    ),
                ),
                (
                    "words_zh",
                    models.TextField(blank=True, max_length=1000, verbose_name="Words to the customer, in Chinese"),
                ),
                (
                    "words_en",
                    models.TextField(blank=True, max_length=1000, verbose_name="Words to the customer, in English"),
                ),
            ],
            options={
                "verbose_name": "terms of payment",
                "verbose_name_plural": "terms of payment",
                "ordering": ("-at",),
            },
        ),
        migrations.AddField(
            model_name="agreement",
            name="due_ends_at",
            field=models.DateTimeField(
                help_text="The end of that day, in their zone.", null=True, verbose_name="overdue from"
            ),
        ),
        migrations.AddField(
            model_name="agreement",
            name="due_on",
            field=models.DateField(
                help_text="As it was signed; empty where nothing is to be paid.",
                null=True,
                verbose_name="to be paid by",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_ends_at", None), ("due_on", None)),
                    models.Q(
                        ("due_ends_at__gt", models.F("signed_at")),
                        ("due_ends_at__isnull", False),
                        ("due_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="agreement_is_due_after_it_was_signed",
            ),
        ),
        migrations.AddField(
            model_name="paymentterms",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentterms",
            constraint=models.CheckConstraint(
                condition=models.Q(("days__lte", 365), ("limit__lte", 365)), name="payment_terms_in_bounds"
            ),
        ),
    ]
