"""Contracts that wait for nothing but being closed are looked at again when that moment comes.

History is left alone, as ever, and what is recomputed later finds the moment by itself.
"""

from django.db import migrations
from django.db.models import F


def wait_for_the_closing(apps, schema_editor):
    clocks = apps.get_model("renewals", "Clock").objects
    clocks.filter(closes_at__isnull=False, next_event_at=None, is_history=False).update(next_event_at=F("closes_at"))


class Migration(migrations.Migration):
    dependencies = [("renewals", "0010_callbacks")]

    operations = [migrations.RunPython(wait_for_the_closing, migrations.RunPython.noop)]
