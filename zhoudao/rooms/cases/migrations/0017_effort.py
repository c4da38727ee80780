import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """What a case cost its customer; and the database holds that no case ends without outcome and cause.

    The constraint is checked for what is there in the next migration, under a lock that lets everybody work.
    """

    dependencies = [
        ('cases', '0016_transfers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Effort',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='effort', serialize=False, to='cases.case')),
                ('contacts', models.PositiveIntegerField()),
                ('channels', models.PositiveIntegerField()),
                ('people', models.PositiveIntegerField()),
                ('told_again', models.PositiveIntegerField()),
                ('asked_again', models.PositiveIntegerField()),
                ('waited_seconds', models.PositiveBigIntegerField()),
            ],
        ),
        AddConstraintNotValid(
            model_name='case',
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(('status__in', ['resolved', 'closed']), _negated=True),
                    models.Q(models.Q(('outcome', ''), _negated=True), models.Q(('cause', ''), _negated=True)),
                    _connector='OR',
                ),
                name='solved_with_outcome_and_cause',
            ),
        ),
    ]
