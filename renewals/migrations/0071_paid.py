import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

REFUSE = """
CREATE FUNCTION renewals_paid_stays_on_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.taken_back_at IS NULL AND NEW.taken_back_at IS NOT NULL AND
    (OLD.id, OLD.agreement_id, OLD.paid_on, OLD.reference, OLD.at, OLD.by_id) IS NOT DISTINCT FROM
    (NEW.id, NEW.agreement_id, NEW.paid_on, NEW.reference, NEW.at, NEW.by_id)
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'what was paid stays on record: it can be taken back, once' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER paid_stays_on_record BEFORE UPDATE OR DELETE ON renewals_paid
  FOR EACH ROW EXECUTE FUNCTION renewals_paid_stays_on_record();
"""
ALLOW = """
DROP TRIGGER paid_stays_on_record ON renewals_paid;
DROP FUNCTION renewals_paid_stays_on_record;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_contacts_by_address"),
        ("renewals", "0052_what_customers_ask"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Paid",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("paid_on", models.DateField(verbose_name="paid on")),
                ("reference", models.CharField(blank=True, max_length=120, verbose_name="reference")),
                ("at", models.DateTimeField(verbose_name="recorded at")),
                ("taken_back_at", models.DateTimeField(blank=True, null=True, verbose_name="taken back at")),
                ("why", models.CharField(blank=True, max_length=300, verbose_name="why")),
            ],
            options={
                "verbose_name": "payment on record",
                "verbose_name_plural": "payments on record",
                "ordering": ("-at", "-pk"),
            },
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
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.AddIndex(
            model_name="agreement",
            index=models.Index(
                condition=models.Q(("due_ends_at__isnull", False)), fields=["due_ends_at"], name="agreement_due"
            ),
        ),
        migrations.AddField(
            model_name="paid",
            name="agreement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="paid",
                to="renewals.agreement",
                verbose_name="agreement",
            ),
        ),
        migrations.AddField(
            model_name="paid",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="paid",
            name="taken_back_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="taken back by",
            ),
        ),
        migrations.AddConstraint(
            model_name="paid",
            constraint=models.UniqueConstraint(
                condition=models.Q(("taken_back_at", None)), fields=("agreement",), name="paid_stands_once_an_agreement"
            ),
        ),
        migrations.AddConstraint(
            model_name="paid",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("taken_back_at", None), ("taken_back_by", None), ("why", "")),
                    models.Q(
                        ("taken_back_at__isnull", False),
                        ("taken_back_by__isnull", False),
                        models.Q(("why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="paid_taken_back_by_somebody_and_why",
            ),
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
