from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations

# No command ever ended a case without both; a row that something else wrote says from now on that nobody recorded it.
FILL = """
    UPDATE cases_case SET outcome = CASE outcome WHEN '' THEN 'unrecorded' ELSE outcome END,
                          cause = CASE cause WHEN '' THEN 'unrecorded' ELSE cause END
    WHERE status IN ('resolved', 'closed') AND (outcome = '' OR cause = '')
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0017_effort'),
    ]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        ValidateConstraint(model_name='case', name='solved_with_outcome_and_cause'),
    ]
