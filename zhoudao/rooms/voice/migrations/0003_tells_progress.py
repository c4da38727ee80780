from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('voice', '0002_follow_up'),
    ]

    operations = [
        migrations.AddField(
            model_name='followuprule',
            name='tells_progress',
            field=models.BooleanField(db_default=True, default=True),
        ),
    ]
