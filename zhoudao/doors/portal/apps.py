"""The portal keeps one table: who knocked how often."""

from django.apps import AppConfig


class Portal(AppConfig):
    """Under a label of its own."""

    name = "zhoudao.doors.portal"
    label = "portal"
