"""Stores and teams may be closed: a column without a value, which takes no time however many there are."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0003_transfer_scope")]
    operations: ClassVar = [
        migrations.AddField("store", "closed_at", models.DateTimeField(null=True)),
        migrations.AddField("team", "closed_at", models.DateTimeField(null=True)),
    ]
