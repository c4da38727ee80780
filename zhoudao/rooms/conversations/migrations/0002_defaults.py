"""The web shop and the channel `api` exist from the start."""

from django.db import migrations

from zhoudao.rooms.conversations.commands.installing import ensure_defaults


def make(apps, schema_editor):
    ensure_defaults(stores=apps.get_model("accounts", "Store"), channels=apps.get_model("conversations", "Channel"))


class Migration(migrations.Migration):
    dependencies = [("conversations", "0001_initial"), ("accounts", "0001_initial")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
