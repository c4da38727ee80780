"""What is refused of quality notices, in the reader's language."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from zhoudao.rooms.quality.refusals import QualityRefused
from zhoudao.rooms.stock.refusals import BatchUnsound

_REFUSALS: dict[str, LazyText] = {
    "NoticeNotFound": _("There is no such quality notice."),
    "NotForTheCompany": _("Whoever does this must look after quality in the whole company."),
    "NoticeOver": _("This notice is closed."),
    "NoticeUnsound": _(
        "Say which product it is, what is wrong, who answers, and by when: today at the earliest, a year at most."
    ),
    "BatchUnsound": _(
        "A batch is letters, digits and . / _ + : # * -, at most thirty, and begins with a letter or digit."
    ),
    "BatchNotAsked": _(
        "Whoever packs it is not asked for its batch, so that one batch cannot be told from another: stop the product."
    ),
    "AnswerUnsaid": _("Say what was found, and what is done about it."),
    "NotAnswered": _("Only what was answered can be closed."),
    "StillStopped": _("The sale is still stopped for this notice: lift the stop first."),
    "WordUnsaid": _("Write the text in all three languages, and choose the days."),
    "NobodyToTell": _("Nobody got it in these days who has not been told already."),
    "WordUnderWay": _("A text is being told already: wait for its end, or stop it."),
}


def said(refusal: QualityRefused | BatchUnsound) -> str:
    """A refusal in the reader's language."""
    return str(_REFUSALS.get(type(refusal).__name__, refusal.__doc__))
