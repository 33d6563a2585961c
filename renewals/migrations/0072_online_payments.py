from decimal import Decimal

import django.db.models.deletion
import phonenumber_field.modelfields
from django.conf import settings
from django.db import migrations, models

STAYS = """
CREATE OR REPLACE FUNCTION renewals_paid_stays_on_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.taken_back_at IS NULL AND NEW.taken_back_at IS NOT NULL AND
    (OLD.id, OLD.agreement_id, OLD.paid_on, OLD.reference, OLD.at, OLD.by_id{more_old}) IS NOT DISTINCT FROM
    (NEW.id, NEW.agreement_id, NEW.paid_on, NEW.reference, NEW.at, NEW.by_id{more_new})
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'what was paid stays on record: it can be taken back, once' USING ERRCODE = 'restrict_violation';
END $$;
"""
NOW = STAYS.format(more_old=", OLD.online_id", more_new=", NEW.online_id")
BEFORE = STAYS.format(more_old="", more_new="")


class Migration(migrations.Migration):
    dependencies = [
        ("renewals", "0061_how_many_clocks_are_open"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("variant", models.CharField(max_length=255)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for confirmation"),
                            ("preauth", "Pre-authorized"),
                            ("confirmed", "Confirmed"),
                            ("rejected", "Rejected"),
                            ("refunded", "Refunded"),
                            ("error", "Error"),
                            ("input", "Input"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "fraud_status",
                    models.CharField(
                        choices=[
                            ("unknown", "Unknown"),
                            ("accept", "Passed"),
                            ("reject", "Rejected"),
                            ("review", "Review"),
                        ],
                        default="unknown",
                        max_length=10,
                        verbose_name="fraud check",
                    ),
                ),
                ("fraud_message", models.TextField(blank=True, default="")),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("modified", models.DateTimeField(auto_now=True)),
                ("transaction_id", models.CharField(blank=True, max_length=255)),
                ("currency", models.CharField(max_length=10)),
                ("delivery", models.DecimalField(decimal_places=2, default="0.0", max_digits=9)),
                ("tax", models.DecimalField(decimal_places=2, default="0.0", max_digits=9)),
                ("description", models.TextField(blank=True, default="")),
                ("billing_first_name", models.CharField(blank=True, max_length=256)),
                ("billing_last_name", models.CharField(blank=True, max_length=256)),
                ("billing_address_1", models.CharField(blank=True, max_length=256)),
                ("billing_address_2", models.CharField(blank=True, max_length=256)),
                ("billing_city", models.CharField(blank=True, max_length=256)),
                ("billing_postcode", models.CharField(blank=True, max_length=256)),
                ("billing_country_code", models.CharField(blank=True, max_length=2)),
                ("billing_country_area", models.CharField(blank=True, max_length=256)),
                ("billing_email", models.EmailField(blank=True, max_length=254)),
                (
                    "billing_phone",
                    phonenumber_field.modelfields.PhoneNumberField(blank=True, max_length=128, region=None),
                ),
                ("customer_ip_address", models.GenericIPAddressField(blank=True, null=True)),
                ("extra_data", models.TextField(blank=True, default="")),
                ("message", models.TextField(blank=True, default="")),
                ("token", models.CharField(blank=True, default="", max_length=36)),
                ("total", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="to be paid")),
                (
                    "captured_amount",
                    models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="taken"),
                ),
                ("begun_at", models.DateTimeField(verbose_name="begun at")),
                ("followed", models.CharField(default="waiting", editable=False, max_length=10)),
            ],
            options={
                "verbose_name": "online payment",
                "verbose_name_plural": "online payments",
                "ordering": ("-begun_at", "-pk"),
            },
        ),
        migrations.RemoveConstraint(
            model_name="paid",
            name="paid_taken_back_by_somebody_and_why",
        ),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ending", "end announced"),
                    ("buffer_started", "buffer began"),
                    ("soft_locked", "soft lock began"),
                    ("closed", "contract closed"),
                    ("renewed", "renewed"),
                    ("notice_sent", "notice sent"),
                    ("notice_failed", "notice could not be sent"),
                    ("notice_bounced", "notice came back"),
                    ("notice_dropped", "notice not needed any more"),
                    ("answered", "answered"),
                    ("page_opened", "renewal page opened"),
                    ("acknowledged", "acknowledged the minute"),
                    ("call_requested", "asked for a call"),
                    ("passed_on", "renewal page passed on"),
                    ("signer_named", "said who signs"),
                    ("change_requested", "asked for another offer"),
                    ("declined", "said that they will not go on"),
                    ("undeclined", "took their “no” back"),
                    ("call_booked", "booked a call"),
                    ("call_moved", "call moved"),
                    ("call_passed_on", "call goes to a colleague"),
                    ("call_off", "call called off"),
                    ("call_held", "call held"),
                    ("call_missed", "called, not reached"),
                    ("extended", "more time given"),
                    ("grant_undone", "extra time taken back"),
                    ("intervention_opened", "intervention opened"),
                    ("handed_over", "intervention handed over"),
                    ("taken", "intervention taken"),
                    ("called", "customer called"),
                    ("intervention_closed", "intervention closed"),
                    ("step_added", "step of the plan added"),
                    ("step_moved", "step of the plan moved"),
                    ("step_addressed", "step of the plan goes to somebody else"),
                    ("step_dropped", "step of the plan left out"),
                    ("step_taken_up", "step of the plan taken up again"),
                    ("step_done", "step of the plan done"),
                    ("plan_moved", "plan moved to another version"),
                    ("stage_changed", "renewal moved to another stage"),
                    ("paid", "paid"),
                    ("payment_taken_back", "payment taken back"),
                    ("payment_overdue", "payment overdue"),
                    ("payment_refused", "payment refused"),
                    ("paid_again", "paid a second time"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="paid",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="agreement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="renewals.agreement",
                verbose_name="agreement",
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="link",
            field=models.ForeignKey(
                help_text="To whose page the payer comes back.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="renewals.renewallink",
                verbose_name="link",
            ),
        ),
        migrations.AddField(
            model_name="paid",
            name="online",
            field=models.OneToOneField(
                blank=True,
                help_text="Whose state says so, where no person does.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="paid",
                to="renewals.payment",
                verbose_name="online payment",
            ),
        ),
        migrations.AddConstraint(
            model_name="paid",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("taken_back_at", None), ("taken_back_by", None), ("why", "")),
                    models.Q(
                        ("taken_back_at__isnull", False),
                        models.Q(("why", ""), _negated=True),
                        models.Q(("taken_back_by__isnull", False), ("online__isnull", False), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="paid_taken_back_by_somebody_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="paid",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by__isnull", False), ("online", None)),
                    models.Q(("by", None), ("online__isnull", False)),
                    _connector="OR",
                ),
                name="paid_says_somebody_or_a_payment",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("status", models.F("followed")), _negated=True),
                fields=["id"],
                name="payment_to_follow",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(fields=("token",), name="payment_token_once"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(condition=models.Q(("total__gt", 0)), name="payment_is_of_something"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="payment_has_its_currency"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        ["waiting", "preauth", "confirmed", "rejected", "refunded", "error", "input", "cancelled"],
                    )
                ),
                name="payment_status_known",
            ),
        ),
        migrations.RunSQL(NOW, BEFORE),
    ]
