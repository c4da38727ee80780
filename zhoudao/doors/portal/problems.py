"""Refusals as programs read them: problem+json with a code, and words for the person."""

from typing import Any

from django.http import JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _


def problem(status: int, code: str, words: str | Promise, **more: Any) -> JsonResponse:
    """A refusal with its code and its words in the asker's language."""
    content = {"type": "about:blank", "status": status, "code": code, "detail": str(words), **more}
    return JsonResponse(content, status=status, content_type="application/problem+json")


def unknown_visitor() -> JsonResponse:
    """The same for no token, a forged one, another channel's and another visitor's conversation."""
    return problem(404, "unknown_visitor", _("There is no such conversation."))


def too_often(seconds: int) -> JsonResponse:
    """Slow down."""
    answer = problem(429, "too_often", _("That was a lot at once. Please wait a moment."), retry_after=seconds)
    answer["Retry-After"] = str(seconds)
    return answer
