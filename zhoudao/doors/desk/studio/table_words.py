"""What the table editor says."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from zhoudao.engines.decisions.comparing import TableChange
from zhoudao.engines.decisions.tables import TableInvalid
from zhoudao.ground.decisions.commands import InputsUnknown, TableChangedMeanwhile, TestCaseFailed

_REFUSALS: dict[str, LazyText] = {
    "TableUntested": gettext_lazy("Add at least one test case; it guards the table against slips."),
    "KeyWrong": gettext_lazy("A key is small letters, digits, dots and _, and begins with a letter."),
}
_PARTS: dict[str, LazyText] = {
    "inputs": gettext_lazy("input"),
    "columns": gettext_lazy("column"),
    "hit_policy": gettext_lazy("which rows answer"),
    "row": gettext_lazy("row"),
    "test": gettext_lazy("test case"),
}
_WHAT: dict[str, LazyText] = {
    "added": pgettext_lazy("change", "added"),
    "removed": pgettext_lazy("change", "removed"),
    "changed": pgettext_lazy("change", "changed"),
    "moved": pgettext_lazy("change", "moved"),
}


def said(refusal: Exception) -> str:
    """A refusal in words."""
    if isinstance(refusal, TestCaseFailed):
        return _("The test case “%(name)s” does not pass: it gives %(found)s.") % {
            "name": refusal.case_name,
            "found": refusal.found,
        }
    if isinstance(refusal, InputsUnknown):
        words = _("The table is never asked with %(wrong)s. It is asked with: %(known)s.")
        return words % {"wrong": refusal.wrong, "known": refusal.known}
    if isinstance(refusal, TableChangedMeanwhile):
        words = _("Version %(version)s was published since you began. Nothing of yours is lost.")
        return words % {"version": refusal.newest.version}
    if isinstance(refusal, TableInvalid):
        return _("The table cannot be read: %(why)s") % {"why": refusal}
    words_known = _REFUSALS.get(type(refusal).__name__)
    return str(words_known) if words_known else str(refusal)


def change_lines(changes: Iterable[TableChange]) -> list[dict[str, Any]]:
    """One line a change, as the flows' comparison shows them."""
    return [
        {
            "element": "",
            "name": change.name,
            "kind": str(_PARTS[change.part]),
            "what": "changed" if change.what == "moved" else change.what,
            "said": str(_WHAT[change.what]),
            "differences": [
                {"aspect": str(_PARTS[change.part]), "before": change.before or "—", "after": change.after or "—"}
            ],
        }
        for change in changes
    ]
