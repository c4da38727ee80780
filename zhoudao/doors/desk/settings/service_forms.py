"""Reading the form of an outside service: what its kind asks for, checked before anything is kept."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from zhoudao.rooms.aftersales.setups import Setup

Given = dict[str, str]


def given_in(request: HttpRequest, setup: Setup) -> Given:
    """What was typed into each of the kind's fields."""
    return {field.name: request.POST.get(field.name, "").strip()[: field.longest] for field in setup.fields}


def refusal_of(setup: Setup, given: Given) -> str:
    """Why this cannot be saved, in words; empty: it can."""
    if any(field.is_needed and not given[field.name] for field in setup.fields):
        return _("Something is missing here, or too short.")
    wrong = setup.wrong({name: value for name, value in given.items() if value})
    words = next((str(field.words) for field in setup.fields if field.name == wrong), "")
    return _("This cannot be right: %(field)s") % {"field": words} if wrong else ""


def part_of(setup: Setup, given: Given, *, is_secret: bool) -> Given:
    """The fields that are secret, or those that are not, as far as they are filled in."""
    return {one.name: given[one.name] for one in setup.fields if one.is_secret == is_secret and given[one.name]}


def listed(request: HttpRequest, name: str) -> list[str]:
    """What was typed with commas."""
    return request.POST.get(name, "").replace("，", ",").split(",")


def code_refusal(code: str) -> str:
    """Why this is no code of a service, in words; empty: it is one."""
    is_code = code.replace("-", "").isalnum() and code.isascii() and len(code) <= 40
    return "" if is_code else _("Something is missing here, or too short.")
