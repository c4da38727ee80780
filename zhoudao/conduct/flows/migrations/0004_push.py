import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

# What happened before this version is told nobody: the new subscriber begins where the log ends now.
BEGIN = """
    INSERT INTO eventlog_subscription (name, cursor_xid, cursor_id)
    VALUES ('progress', pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    ON CONFLICT (name) DO NOTHING
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0018_always_an_outcome'),
        ('eventlog', '0002_no_pending_list'),
        ('flows', '0003_bends'),
    ]

    operations = [
        migrations.CreateModel(
            name='Push',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='cases.case')),
                ('due_at', models.DateTimeField(null=True)),
                ('told', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), db_default=[], default=list, size=None)),
                ('sent', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), db_default=[], default=list, size=None)),
                ('is_refused', models.BooleanField(db_default=False, default=False)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='push_due')],
            },
        ),
        migrations.RunSQL(BEGIN, migrations.RunSQL.noop),
    ]
