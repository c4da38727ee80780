"""Duties that hold from one day to another."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0002_absence")]

    operations = [
        migrations.AddField(model_name="oncall", name="from_date", field=models.DateField(null=True)),
        migrations.AddField(model_name="oncall", name="until_date", field=models.DateField(null=True)),
    ]
