"""What every installation has from the start."""

from typing import Any

from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.conversations.models import Channel

_STORE = {"zh-Hans": "网上商城", "zh-Hant": "網上商城", "en": "Web shop"}
_DESK = {"zh-Hans": "同事建立", "zh-Hant": "同事建立", "en": "Opened by a colleague"}
_CHANNEL = {"zh-Hans": "接口", "zh-Hant": "接口", "en": "API"}


def ensure_defaults(*, stores: Any = Store, channels: Any = Channel) -> Channel:
    """This will see to it that the store `web` and the channel `api` exist; returns the channel.

    A migration gives the models of its own time.
    """
    web, _ = stores.objects.get_or_create(code="web", defaults={"names": _STORE, "kind": "web"})
    api, _ = channels.objects.get_or_create(code="api", defaults={"kind": "api", "names": _CHANNEL, "store": web})
    return api  # type: ignore[no-any-return]  # the model may be a migration's


def ensure_desk() -> Channel:
    """This will see to it that there is a channel for the cases colleagues open; returns it."""
    web = Store.objects.get(code="web")
    desk, _ = Channel.objects.get_or_create(code="desk", defaults={"kind": "desk", "names": _DESK, "store": web})
    return desk
