"""The front door has tiles from the start."""

from django.db import migrations

from zhoudao.rooms.entrances.tiles import ensure_shipped_tiles


def lay(apps, schema_editor):
    ensure_shipped_tiles(apps.get_model("entrances", "Tile"))


class Migration(migrations.Migration):
    dependencies = [("entrances", "0001_initial")]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
