"""What the widget says, in all three languages at once: the visitor may switch without losing anything."""

from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LAUNCHER = {
    "title": _("Chat with us"),
    "open": _("Open the chat"),
    "close": _("Close the chat"),
}
CHAT = {
    "title": _("Chat with us"),
    "close": _("Close the chat"),
    "language": _("Language"),
    "welcome": _("Hello! Write to us at any time. You get a case number and can follow every step."),
    "placeholder": _("Write a message…"),
    "send": _("Send"),
    "attach": _("Add a file"),
    "remove": _("Remove"),
    "open_file": _("Open the picture"),
    "save_file": _("Save the file"),
    "you": pgettext_lazy("who wrote", "You"),
    "us": pgettext_lazy("who wrote", "Us"),
    "sending": _("Sending…"),
    "waiting": _("Waiting for the connection; it will be sent by itself"),
    "failed": _("Not sent."),
    "retry": _("Try again"),
    "discard": _("Discard"),
    "file_lost": _("Your browser no longer has the file. Send the text alone, or discard it and add the file again."),
    "too_large": _("A file may have up to 20 MB, a message up to 25 MB."),
    "too_many": _("At most 5 files fit in one message."),
    "empty_file": _("This file is empty."),
    "typing": _("Typing…"),
    "offline": _("No connection. We keep what you write and send it as soon as we can."),
    "case": pgettext_lazy("with number", "Case"),
    "follow": pgettext_lazy("case", "Follow"),
    "working": _("We are on it"),
    "your_turn": _("Your turn: please answer"),
    "solved": pgettext_lazy("case", "Solved"),
    "rate_title": _("How was our service?"),
    "star": _("%s of 5 stars"),
    "comment": _("What should we know? (optional)"),
    "rate_send": _("Send comment"),
    "rated": _("Thank you! You can change this for 24 hours."),
    "afresh": _("Not you? Start a new chat"),
    "afresh_sure": _("This browser will forget this chat. Our team keeps it. Start a new one?"),
    "private": _("Only you and our team see this chat."),
}


@cache
def in_all_languages(which: str) -> dict[str, dict[str, str]]:
    """`{language: {key: text}}` of the launcher or the chat."""
    texts = LAUNCHER if which == "launcher" else CHAT
    answer = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            answer[language] = {key: str(text) for key, text in texts.items()}
    return answer
