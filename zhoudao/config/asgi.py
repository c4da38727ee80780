"""The live process: server-sent events only."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhoudao.config.settings")
django.setup()

from zhoudao.doors.live.app import application  # noqa: E402  # Django must be set up before its models load

__all__ = ["application"]
