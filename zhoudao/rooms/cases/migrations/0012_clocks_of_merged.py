import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_promise_moves")]

    operations = [
        migrations.AddField("promise", "from_case", models.UUIDField(null=True)),
        migrations.CreateModel(
            "BeforeMerge",
            [
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="before_merge",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("survivor", models.JSONField()),
                ("owed", models.JSONField(default=list)),
            ],
        ),
    ]
