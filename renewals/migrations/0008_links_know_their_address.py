from django.db import migrations

FILL = """
UPDATE renewals_renewallink link SET sent_to = contact.email
FROM accounts_contact contact WHERE contact.id = link.contact_id
"""


class Migration(migrations.Migration):
    """Links that were made before belong to the address that their contact has now."""

    dependencies = [
        ("renewals", "0007_links_of_an_address"),
        ("accounts", "0004_numbers_are_addresses"),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
