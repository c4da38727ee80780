"""Run beside the product: the company's clock to an hour when people work."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "zhoudao.config.settings"
import django

django.setup()

from zhoudao.doors.cli import demo_day  # noqa: E402  # Django must be set up before its models load
from zhoudao.ground.installation import clock  # noqa: E402

now = clock.now()
if demo_day.working_hour(now) != now:
    demo_day.hurry(0)
