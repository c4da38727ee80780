"""Getting hold of a notice, who may do something with it, and telling what happened."""

from datetime import datetime
from uuid import UUID

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.text import clip, mask_personal
from zhoudao.rooms.quality.models import QualityNotice, Stage
from zhoudao.rooms.quality.refusals import NotForTheCompany, NoticeNotFound, NoticeOver
from zhoudao.rooms.quality.telling import WRITE


def check_right(viewer: Viewer) -> None:
    """A product is the company's, whichever store sold it. Raises: NotForTheCompany."""
    if not viewer.covers(WRITE):
        raise NotForTheCompany(NotForTheCompany.__doc__)


def hold_notice(notice_id: UUID) -> QualityNotice:
    """A notice that is not closed, locked. Raises: NoticeNotFound, NoticeOver."""
    notice = QualityNotice.objects.select_for_update(of=("self",)).filter(id=notice_id).first()
    if notice is None:
        raise NoticeNotFound(NoticeNotFound.__doc__)
    if notice.stage == Stage.CLOSED:
        raise NoticeOver(NoticeOver.__doc__)
    return notice


def tell(notice: QualityNotice, fact: Fact, *, by: By, at: datetime) -> None:
    """This will record what happened to a held notice."""
    record(fact, at=at, by=by, about=[about(notice)])


def about(notice: QualityNotice) -> About:
    """The notice, as what something is about."""
    return About("quality_notice", notice.id)


def written(text: str) -> str:
    """A colleague's words as they are kept: masked, and not endless."""
    return mask_personal(clip(text.replace("\0", "").strip(), 4_000))[0]
