"""Data that people named in several languages: `{"zh-Hans": …, "zh-Hant": …, "en": …}`."""

from collections.abc import Mapping

FALLBACK = "zh-Hans"
LANGUAGES = {"zh-Hans": "简体中文", "zh-Hant": "繁體中文", "en": "English"}  # by tag, each as its readers call it
_TAGS = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}


def tag(language: str | None) -> str:
    """The data tag of an interface language (`zh-hans` → `zh-Hans`); anything unknown falls back."""
    return _TAGS.get((language or "").lower(), FALLBACK)


def pick(names: Mapping[str, str], language: str | None) -> str:
    """The text in this language, else in the fallback, else any."""
    return names.get(tag(language)) or names.get(FALLBACK) or next(iter(names.values()), "")
