"""Programs that may change cases may go on handing them over."""

from typing import Any

from django.db import migrations


def grant(apps: Any, schema_editor: Any) -> None:
    for token in apps.get_model("accounts", "ApiToken").objects.filter(scopes__contains=["cases:write"]):
        if "cases:transfer" not in token.scopes:
            token.scopes = [*token.scopes, "cases:transfer"]
            token.save(update_fields=["scopes"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_user_zone")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
