"""Why something cannot be done with an article."""


class KnowledgeRefused(Exception):
    """This cannot be done with the article; the docstring is its message."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class ArticleNotFound(KnowledgeRefused):
    """There is no such article."""


class CodeUnsound(KnowledgeRefused):
    """A code has 2 to 60 small letters, digits and dashes."""


class CodeTaken(KnowledgeRefused):
    """Another article has this code."""


class NothingWritten(KnowledgeRefused):
    """An article has a title and a text in at least one language."""


class TextTooLong(KnowledgeRefused):
    """A title has up to 120 characters, a summary 300, a text 100,000; there are up to 30 questions of 200 each."""


class TermsUnsound(KnowledgeRefused):
    """Audience, topics and teams are those there are, products up to 200, and it ends no earlier than it begins."""


class OwnerUnknown(KnowledgeRefused):
    """Nobody who works here is this owner."""


class NotADraft(KnowledgeRefused):
    """This version is in review, published or archived: it is not changed any more."""


class NotInReview(KnowledgeRefused):
    """This version is not in review, or has changed since you looked at it."""


class ChangedMeanwhile(KnowledgeRefused):
    """Somebody else has changed this draft since you opened it."""


class OwnArticle(KnowledgeRefused):
    """Somebody else approves what you wrote; there are others who may."""


class NotLive(KnowledgeRefused):
    """This article is not published."""


class AnswerMissing(KnowledgeRefused):
    """Say what is to be otherwise."""


class NotAsked(KnowledgeRefused):
    """Only who is asked to read a release note confirms it."""


class NotOpened(KnowledgeRefused):
    """Open the release note and read it first."""


class RemindedEnough(KnowledgeRefused):
    """They were reminded within the last day, or three times already."""


class ImportUnreadable(KnowledgeRefused):
    """This file is no Markdown, HTML or CSV with articles, or it is larger than is taken."""
