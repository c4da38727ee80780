"""The kinds of channels there are, in the order in which filters offer them."""

CHANNEL_KINDS = ("webchat", "email", "wechat", "phone", "counter", "form", "desk", "webhook", "api")
