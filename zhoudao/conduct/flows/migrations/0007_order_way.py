"""Where orders stand on the flow they follow, and what each day's orders did there."""

from decimal import Decimal

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("flows", "0006_step_clocks_index"), ("orders", "0007_board_indexes")]

    operations = [
        migrations.CreateModel(
            name="StepDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "version_id", "node", "date", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("node", models.PositiveSmallIntegerField()),
                ("date", models.DateField()),
                ("done", models.PositiveIntegerField()),
                ("timed", models.PositiveIntegerField()),
                ("seconds", models.BigIntegerField()),
                ("late", models.PositiveIntegerField()),
                ("paid", models.PositiveIntegerField()),
                ("cost", models.DecimalField(decimal_places=2, max_digits=14)),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="flows.flowversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Followed",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="way",
                        serialize=False,
                        to="orders.order",
                    ),
                ),
                ("node", models.PositiveSmallIntegerField()),
                ("since", models.DateTimeField()),
                (
                    "passed",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), default=list, size=None
                    ),
                ),
                ("cost", models.DecimalField(decimal_places=2, default=Decimal(0), max_digits=10)),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="flows.flowversion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)), fields=["version", "node"], name="followed_waiting"
                    )
                ],
            },
        ),
    ]
