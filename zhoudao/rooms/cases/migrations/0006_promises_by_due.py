from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_came_back")]

    operations = [
        migrations.AddIndex(
            "promise",
            models.Index(condition=models.Q(("ended_at", None)), fields=["due_at"], name="promise_runs"),
        ),
    ]
