"""Taking a customer's rating."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhoudao.kit.text import clip, mask_personal
from zhoudao.rooms.cases.commands.holding import hold, tell
from zhoudao.rooms.cases.models import Status
from zhoudao.rooms.voice.events import CaseRated
from zhoudao.rooms.voice.models import Rating

CHANGEABLE = timedelta(hours=24)
LONGEST_COMMENT = 2000


class RatingRefused(Exception):
    """This rating cannot be taken; `words` say why to the customer."""

    words: Promise | str = ""


class CaseStillOpen(RatingRefused):
    """Only what is solved can be rated."""

    words = _("You can rate us as soon as your case is solved.")


class RatingSettled(RatingRefused):
    """A rating can be changed for 24 hours, and this time has passed."""

    words = _("Your rating can no longer be changed. Thank you for it.")


class ScoreOutOfRange(RatingRefused):
    """A score is a whole number from 1 to 5."""

    words = _("Please choose one to five stars.")


@transaction.atomic
def rate_case(*, case_id: UUID, score: int, comment: str, at: datetime) -> Rating:
    """This will keep the customer's score and (masked) comment for a solved case; for 24 hours it may be changed.

    The credit goes to whoever had last answered when the first rating came. The same rating again changes nothing.

    Raises: CaseNotFound, ScoreOutOfRange, CaseStillOpen, RatingSettled
    """
    if not 1 <= score <= 5:
        raise ScoreOutOfRange
    case = hold(case_id)
    if case.status not in (Status.RESOLVED, Status.CLOSED):
        raise CaseStillOpen
    said = mask_personal(clip(comment.strip(), LONGEST_COMMENT))[0]
    rating = Rating.objects.filter(case=case).first()
    changed = rating is not None
    if rating is None:
        member = case.last_responder_id
        rating = Rating.objects.create(case=case, member_id=member, score=score, comment=said, rated_at=at)
    elif (rating.score, rating.comment) == (score, said):
        return rating
    else:
        _change(rating, score, said, at)
    credited = str(rating.member_id) if rating.member_id else None
    tell(case, CaseRated(score, credited, changed), actor=f"customer:{case.customer_id}", at=at)
    return rating


def _change(rating: Rating, score: int, comment: str, at: datetime) -> None:
    if at - rating.rated_at > CHANGEABLE:
        raise RatingSettled
    rating.score, rating.comment, rating.changed_at = score, comment, at
    rating.save(update_fields=["score", "comment", "changed_at"])
