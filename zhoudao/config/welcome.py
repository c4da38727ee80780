"""The first start: somebody who may sign in, and a company to look at."""

import os
from datetime import UTC, datetime

from django.db import transaction

from zhoudao.doors.cli.founding import found_installation
from zhoudao.ground.accounts.commands import create_first_administrator


def welcome() -> None:
    """This will make the first administrator and, unless DEMO=0, the demo company; later starts change nothing."""
    with transaction.atomic():
        found_installation(at=datetime.now(UTC))
        first = create_first_administrator()
        if first and os.environ.get("DEMO", "1") != "0":
            from zhoudao.doors.cli.demo import ensure_company

            print("Founding the demo company (DEMO=0 leaves it out) …", flush=True)
            ensure_company()
    if first:
        email, password = first
        print(f"\n  First administrator: {email}\n  One-time password:   {password}   (shown only now)\n", flush=True)
