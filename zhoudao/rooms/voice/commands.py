"""Taking a customer's rating."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.text import clip, mask_personal
from zhoudao.rooms.cases.commands.holding import hold, tell
from zhoudao.rooms.cases.models import Status
from zhoudao.rooms.orders.commands.holding import hold_order
from zhoudao.rooms.orders.commands.holding import tell as tell_order
from zhoudao.rooms.orders.models import Fulfilment
from zhoudao.rooms.voice.events import CaseRated, OrderRated
from zhoudao.rooms.voice.models import OrderRating, Rating

CHANGEABLE = timedelta(hours=24)
LONGEST_COMMENT = 2000


class RatingRefused(Exception):
    """This rating cannot be taken; `words` say why to the customer."""

    words: Promise | str = ""


class CaseStillOpen(RatingRefused):
    """Only what is solved can be rated."""

    words = _("You can rate us as soon as your case is solved.")


class NotThereYet(RatingRefused):
    """Only what has arrived can be rated."""

    words = _("You can rate it as soon as it has arrived.")


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


@transaction.atomic
def rate_order(*, order_id: UUID, scores: tuple[int, int, int], comment: str, at: datetime) -> OrderRating:
    """This will keep what the customer gives for goods, delivery and service of a delivered order, with their (masked)
    words; for 24 hours it may be changed. The same again changes nothing.

    Raises: OrderNotFound, ScoreOutOfRange, NotThereYet, RatingSettled
    """
    if not all(1 <= score <= 5 for score in scores):
        raise ScoreOutOfRange
    order = hold_order(order_id)
    if order.fulfilment != Fulfilment.DELIVERED:
        raise NotThereYet
    said = mask_personal(clip(comment.strip(), LONGEST_COMMENT))[0]
    rating = OrderRating.objects.filter(order=order).first()
    if rating is not None and (rating.scores, rating.comment) == (scores, said):
        return rating
    if rating is not None and at - rating.rated_at > CHANGEABLE:
        raise RatingSettled
    changed = rating is not None
    rating = rating or OrderRating(order=order, rated_at=at)
    rating.product, rating.delivery, rating.service = scores
    rating.comment, rating.changed_at = said, at if changed else None
    rating.save()
    fact = OrderRated(order.number, *scores, changed)
    tell_order(order, fact, by=By(f"customer:{order.customer_id}"), at=at)
    return rating


def _change(rating: Rating, score: int, comment: str, at: datetime) -> None:
    if at - rating.rated_at > CHANGEABLE:
        raise RatingSettled
    rating.score, rating.comment, rating.changed_at = score, comment, at
    rating.save(update_fields=["score", "comment", "changed_at"])
