"""What the pages of handbooks say back, in the reader's language."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_REFUSALS: dict[str, LazyText] = {
    "EditionNotFound": gettext_lazy("There is no such handbook."),
    "NoSteps": gettext_lazy("This team has no steps in this flow."),
    "NotADraft": gettext_lazy("This edition is approved or superseded already."),
    "OwnEdition": gettext_lazy("You made this draft: somebody else approves it."),
    "NewerApproved": gettext_lazy("The handbook of a newer version is approved already."),
    "NotOpened": gettext_lazy("Open the handbook and go through it first."),
    "NotAsked": gettext_lazy("Only people of the team confirm its approved handbook."),
    "RemindedEnough": gettext_lazy("They were reminded within the last day, or three times already. Speak with them."),
}
FAULTS: dict[str, LazyText] = {
    "no_pango": gettext_lazy(
        "This machine cannot make PDFs: install libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0, then try "
        "again. The page itself prints from your browser."
    ),
    "failed": gettext_lazy("The PDF could not be made; it has been written down. Try again."),
}


def said(refusal: Exception) -> str:
    """A refusal in words."""
    words = _REFUSALS.get(type(refusal).__name__)
    return str(words) if words else _("That is not possible.")
