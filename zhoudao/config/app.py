"""Hands the wiring down, once, when all rooms are loaded."""

from django.apps import AppConfig


class Wired(AppConfig):
    """The last app: everything below it exists when it is ready."""

    name = "zhoudao.config"
    label = "wired"

    def ready(self) -> None:
        from zhoudao.config import wiring
        from zhoudao.ground import moments

        moments.read_quickly()
        wiring.wire()
