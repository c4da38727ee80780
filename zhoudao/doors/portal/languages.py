"""Which language a customer's page speaks."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

_KNOWN = dict(settings.LANGUAGES)
NAMES = {"zh-hans": "简体中文", "zh-hant": "繁體中文", "en": "English"}


def known(tag: str) -> str:
    """The interface language of this name, or empty."""
    return tag.lower() if tag.lower() in _KNOWN else ""


def speak(request: HttpRequest, spoken: str) -> str:
    """This will switch to the language the address asks for, else the one the customer wrote in; returns it."""
    language = known(request.GET.get("language", "")) or known(spoken) or translation.get_language()
    translation.activate(language or settings.LANGUAGE_CODE)
    request.LANGUAGE_CODE = translation.get_language()
    return request.LANGUAGE_CODE or settings.LANGUAGE_CODE
