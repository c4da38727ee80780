"""Numbers from the environment; a wrong one stops the start with its name."""

import os

from django.core.exceptions import ImproperlyConfigured


def whole_number(name: str, default: int, *, most: int) -> int:
    """A whole number from 1 to `most`.

    Raises: ImproperlyConfigured
    """
    text = os.environ.get(name, str(default))
    if not text.isdigit() or not 1 <= int(text) <= most:
        raise ImproperlyConfigured(f"{name} must be a whole number from 1 to {most}, not {text!r}.")
    return int(text)


def port() -> int:
    """Where pages are served; live updates are on the next one."""
    return whole_number("PORT", 8000, most=65534)
