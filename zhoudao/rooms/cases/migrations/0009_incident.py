from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_routing")]

    operations = [migrations.AddField("case", "incident_id", models.UUIDField(null=True))]
