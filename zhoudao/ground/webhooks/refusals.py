"""What cannot be done with a webhook; the docstring is the message."""

from typing import Any


class WebhookRefusal(Exception):
    """This cannot be done with a webhook."""

    def __init__(self, detail: Any = "") -> None:
        self.detail = detail
        super().__init__(f"{self.__doc__} ({detail})" if detail else self.__doc__)


class WebhookNotFound(WebhookRefusal):
    """There is no such webhook."""


class SendingNotFound(WebhookRefusal):
    """There is no such delivery."""


class AddressUnsound(WebhookRefusal):
    """This is no public web address; it begins with https://."""


class TypesUnknown(WebhookRefusal):
    """Choose at least one kind of event there is."""


class StoreBeyondReach(WebhookRefusal):
    """Choose a store of your own."""


class TooManyWebhooks(WebhookRefusal):
    """There are as many webhooks as there can be; delete one first."""


class StillBeingSent(WebhookRefusal):
    """This delivery waits already to be sent."""


class TooHasty(WebhookRefusal):
    """A test is under way; wait for its result."""
