from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fulfilment', '0003_batches'),
    ]

    operations = [
        migrations.RenameField(model_name='labelsheet', old_name='totes', new_name='subjects'),
        migrations.AddField(
            model_name='labelsheet',
            name='paper',
            field=models.CharField(db_default='totes', default='totes', max_length=10),
        ),
    ]
