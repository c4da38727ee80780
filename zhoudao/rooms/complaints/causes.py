"""The list of causes: the shipped one until a manager changes it."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.functional import Promise as LazyText
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.ids import uuid7
from zhoudao.kit.languages import pick
from zhoudao.rooms.complaints.events import CauseChanged
from zhoudao.rooms.complaints.models import Cause

SHIPPED: dict[str, LazyText] = {
    "information": _("Missing information"),
    "product": _("Product"),
    "logistics": _("Delivery"),
    "service": _("Our service"),
    "billing": _("Price or bill"),
    "system": _("Website or system"),
    "customer": _("Customer's own"),
    "other": _("Something else"),
}
LONGEST_NAME = 60
MOST = 60
_TAGS = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}


class CauseUnsound(Exception):
    """A cause needs a name of at most 60 characters, and the list holds at most 60."""


class CauseNotFound(Exception):
    """There is no such cause."""


def causes(*, offered: bool = True) -> dict[str, str]:
    """Code and name in the reader's language, in order; with `offered=False` the retired ones too (one statement)."""
    rows = list(Cause.objects.order_by("place", "code"))
    if not rows:
        return {code: str(words) for code, words in SHIPPED.items()}
    return {row.code: named(row) for row in rows if not (offered and row.retired_at)}


def kept_causes() -> list[Cause]:
    """The whole list with every name, in order (one statement): unsaved rows as long as it is the shipped one."""
    return list(Cause.objects.order_by("place", "code")) or _shipped()


def named(cause: Cause) -> str:
    """Its name in the reader's language."""
    return pick(cause.names, get_language()) or cause.code


@transaction.atomic
def save_cause(*, code: str, names: dict[str, str], by: By, at: datetime) -> Cause:
    """This will name a cause anew, or add one when `code` is empty.

    Raises: CauseUnsound, CauseNotFound
    """
    given = {tag: name.strip() for tag, name in names.items() if name.strip()}
    if not given or any(len(name) > LONGEST_NAME for name in given.values()):
        raise CauseUnsound(CauseUnsound.__doc__)
    _settle()
    if code:
        cause = _held(code)
        cause.names = given
        cause.save(update_fields=["names"])
    else:
        if Cause.objects.count() >= MOST:
            raise CauseUnsound(CauseUnsound.__doc__)
        last = Cause.objects.aggregate(last=Max("place"))["last"] or 0
        cause = Cause.objects.create(code=_new_code(given), names=given, place=last + 1)
    _tell(cause, by, at)
    return cause


@transaction.atomic
def retire_cause(*, code: str, is_retired: bool, by: By, at: datetime) -> Cause:
    """This will no longer offer a cause, or offer it again; cases keep it either way. One is always offered.

    Raises: CauseNotFound, CauseUnsound
    """
    _settle()
    cause = _held(code)
    if is_retired and not Cause.objects.filter(retired_at=None).exclude(code=code).exists():
        raise CauseUnsound(CauseUnsound.__doc__)
    cause.retired_at = at if is_retired else None
    cause.save(update_fields=["retired_at"])
    _tell(cause, by, at)
    return cause


def _settle() -> None:
    """This will write the shipped list down, in every language, before somebody changes it."""
    if not Cause.objects.exists():
        Cause.objects.bulk_create(_shipped(), ignore_conflicts=True)


def _shipped() -> list[Cause]:
    """The shipped list, unsaved."""
    rows = []
    for place, (code, words) in enumerate(SHIPPED.items(), 1):
        names = {}
        for language, _words in settings.LANGUAGES:
            with translation.override(language):
                names[_TAGS[language]] = str(words)
        rows.append(Cause(code=code, names=names, place=place))
    return rows


def _held(code: str) -> Cause:
    cause = Cause.objects.select_for_update().filter(code=code).first()
    if cause is None:
        raise CauseNotFound(CauseNotFound.__doc__)
    return cause


def _new_code(names: dict[str, str]) -> str:
    code = slugify(names.get("en", ""))[:30].strip("-")
    return code if code and not Cause.objects.filter(code=code).exists() else f"cause-{uuid7().hex[-12:]}"


def _tell(cause: Cause, by: By, at: datetime) -> None:
    fact = CauseChanged(cause.code, cause.retired_at is not None)
    record(fact, at=at, by=by, about=[About("causes", UUID(int=1))])
