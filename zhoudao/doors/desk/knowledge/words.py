"""What the pages of the knowledge base say back."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_REFUSALS: dict[str, LazyText] = {
    "CodeUnsound": gettext_lazy("A code has 2 to 60 small letters, digits and dashes."),
    "CodeTaken": gettext_lazy("Another article has this code."),
    "NothingWritten": gettext_lazy("Each language you begin needs a title and a text; one language is enough."),
    "TextTooLong": gettext_lazy(
        "Too long: a title has up to 120 characters, a summary 300, a text 100,000; up to 30 questions of 200 each."
    ),
    "TermsUnsound": gettext_lazy(
        "Choose among what is offered, at most 200 products, and an end no earlier than the beginning. "
        "A release note is for staff."
    ),
    "OwnerUnknown": gettext_lazy("Nobody who works here is this owner."),
    "NotADraft": gettext_lazy("A version is in review or another draft is open: decide on it or drop it first."),
    "NotInReview": gettext_lazy("It has changed meanwhile. This is how it stands now."),
    "ChangedMeanwhile": gettext_lazy(
        "A colleague has changed this draft since you opened it. Copy your words, open it anew and put them in."
    ),
    "OwnArticle": gettext_lazy("You wrote this: somebody else approves it."),
    "NotLive": gettext_lazy("This article is not published."),
    "AnswerMissing": gettext_lazy("Say what is to be otherwise."),
    "NotAsked": gettext_lazy("Only who is asked to read it confirms it."),
    "NotOpened": gettext_lazy("Open it and read it first."),
    "RemindedEnough": gettext_lazy("They were reminded within the last day, or three times already. Speak with them."),
    "ImportUnreadable": gettext_lazy(
        "This is no Markdown, HTML or CSV file with articles, or it is larger than 5 MB or 500 articles."
    ),
}


def said(refusal: Exception) -> str:
    """A refusal in words."""
    words = _REFUSALS.get(type(refusal).__name__)
    return str(words) if words else _("That is not possible.")
