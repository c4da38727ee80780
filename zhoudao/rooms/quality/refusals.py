"""What is refused of quality notices, by name."""


class QualityRefused(Exception):
    """This is not possible for this notice."""


class NoticeNotFound(QualityRefused):
    """There is no such quality notice."""


class NotForTheCompany(QualityRefused):
    """Whoever does this must look after quality in the whole company."""


class NoticeOver(QualityRefused):
    """This notice is closed."""


class NoticeUnsound(QualityRefused):
    """Say which product it is, what is wrong, who answers, and by when: today at the earliest, a year at most."""


class AnswerUnsaid(QualityRefused):
    """Say what was found, and what is done about it."""


class NotAnswered(QualityRefused):
    """Only what was answered can be closed."""


class BatchNotAsked(QualityRefused):
    """Whoever packs it is not asked for its batch, so that one batch cannot be told from another: stop the product."""


class StillStopped(QualityRefused):
    """The sale is still stopped for this notice: lift the stop first."""


class WordUnsaid(QualityRefused):
    """Write the text in all three languages."""


class NobodyToTell(QualityRefused):
    """Nobody got it in these days who has not been told already."""


class WordUnderWay(QualityRefused):
    """A text is being told already: wait for its end, or stop it."""
