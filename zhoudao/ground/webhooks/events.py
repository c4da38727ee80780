"""What is done with webhooks. These facts are for the audit: no webhook is told of them."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.kit.frozen import frozen


@frozen
class WebhookAdded(Fact):
    """Another system is told of events from now on."""

    name: ClassVar[str] = "webhooks.WebhookAdded"
    words: ClassVar = _("A webhook was added, for %(kinds)s kinds of events")
    kinds: int


@frozen
class WebhookChanged(Fact):
    """Where, of what or how it is told changed; `fields` names them."""

    name: ClassVar[str] = "webhooks.WebhookChanged"
    words: ClassVar = _("A webhook was changed: %(fields)s")
    fields: list[str]


@frozen
class WebhookPaused(Fact):
    """It is told nothing for now: by_hand, gone or failing."""

    name: ClassVar[str] = "webhooks.WebhookPaused"
    words: ClassVar = _("A webhook was paused: %(why)s")
    why: str


@frozen
class WebhookResumed(Fact):
    """It is told again; `skips` when what happened meanwhile is left out."""

    name: ClassVar[str] = "webhooks.WebhookResumed"
    words: ClassVar = _("A webhook goes on")
    skips: bool


@frozen
class WebhookSecretChanged(Fact):
    """It has a new signing secret; the one before signs too for a while."""

    name: ClassVar[str] = "webhooks.WebhookSecretChanged"
    words: ClassVar = _("A webhook got a new signing secret")


@frozen
class WebhookPinged(Fact):
    """Somebody tested whether it answers."""

    name: ClassVar[str] = "webhooks.WebhookPinged"
    words: ClassVar = _("A webhook was tested")


@frozen
class WebhookReplayed(Fact):
    """Somebody had `count` deliveries sent once more."""

    name: ClassVar[str] = "webhooks.WebhookReplayed"
    words: ClassVar = _("Deliveries of a webhook are sent again: %(count)s")
    count: int


@frozen
class WebhookDeleted(Fact):
    """Nobody is told any more, and its secret is destroyed."""

    name: ClassVar[str] = "webhooks.WebhookDeleted"
    words: ClassVar = _("A webhook was deleted")
