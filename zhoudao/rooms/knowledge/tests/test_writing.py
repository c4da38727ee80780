"""Articles written, reviewed, published, taken up again and archived."""

from typing import Any

import pytest

from zhoudao.ground.accounts.models import User
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.knowledge.commands.drafting import (
    begin_article,
    change_draft,
    drop_draft,
    name_owner,
    take_up_version,
)
from zhoudao.rooms.knowledge.commands.reviewing import archive_article, give_back, publish_version, submit_draft
from zhoudao.rooms.knowledge.drafts import Terms, code_for
from zhoudao.rooms.knowledge.models import Article, Version
from zhoudao.rooms.knowledge.queries.listing import differences
from zhoudao.rooms.knowledge.refusals import (
    AnswerMissing,
    ArticleNotFound,
    ChangedMeanwhile,
    CodeTaken,
    CodeUnsound,
    NotADraft,
    NothingWritten,
    NotInReview,
    NotLive,
    OwnArticle,
    TermsUnsound,
    TextTooLong,
)
from zhoudao.rooms.knowledge.telling import register_kinds
from zhoudao.rooms.knowledge.tests.conftest import Library
from zhoudao.rooms.knowledge.tests.library import RETURN, RETURN_EN, draft
from zhoudao.rooms.knowledge.texts import Text, shown


def test_an_article_is_written_reviewed_and_published_by_somebody_else(library: Library) -> None:
    register_kinds()
    article = begin_article(code="return", draft=draft(en=RETURN_EN), viewer=library.writer, at=library.now)
    assert article.owner_id == library.writer.user_id
    submit_draft(code="return", viewer=library.writer, at=library.now)
    assert list(Notice.objects.values_list("user_id", "kind")) == [(library.manager.user_id, "article_review")]
    with pytest.raises(ArticleNotFound):
        publish_version(code="return", number=1, viewer=library.writer, at=library.now)
    version = publish_version(code="return", number=1, viewer=library.manager, at=library.now)
    article.refresh_from_db()
    assert (article.live_id, version.state) == (version.id, "published")
    assert Notice.objects.filter(user=library.writer.user_id, kind="article_decided").exists()
    types = list(Event.objects.order_by("seq").values_list("type", flat=True))
    assert types == ["knowledge.ArticleDrafted", "knowledge.ArticleSubmitted", "knowledge.ArticlePublished"]
    assert "退" not in str(list(Event.objects.values_list("attributes", flat=True))), "no words in the log"


def test_who_wrote_it_does_not_approve_it_unless_there_is_nobody_else(library: Library) -> None:
    mine: dict[str, Any] = {"viewer": library.manager, "at": library.now}
    begin_article(code="own", draft=draft(), **mine)
    submit_draft(code="own", **mine)
    other = User.objects.create_user(email="o@library.example", password="x" * 12, name="o")
    other.grants.create(role="administrator")
    with pytest.raises(OwnArticle):
        publish_version(code="own", number=1, **mine)
    User.objects.filter(id=other.id).update(is_active=False)
    assert publish_version(code="own", number=1, **mine).state == "published"


def test_a_new_version_takes_over_and_the_old_one_can_be_compared_and_taken_up_again(library: Library) -> None:
    first = library.publishes(wanted=draft(en=RETURN_EN))
    changed = draft(Text("七天退货", RETURN.summary, RETURN.source + "\n\n运费由我们承担。", RETURN.phrasings))
    second = change_draft(code="return", draft=changed, seen_at=first.written_at, viewer=library.writer, at=library.now)
    assert (second.number, second.state) == (2, "draft")
    assert Article.objects.get().live_id == first.id, "what is read stays until it is approved"
    submit_draft(code="return", viewer=library.writer, at=library.now)
    publish_version(code="return", number=2, viewer=library.manager, at=library.now)
    assert list(Version.objects.order_by("number").values_list("state", flat=True)) == ["archived", "published"]
    found = dict(differences(first.texts, second.texts))
    assert set(found) == {"zh-Hans", "zh-Hant", "en"}
    marks = {(one.mark, one.text) for one in found["zh-Hans"] if one.mark}
    assert ("+", "运费由我们承担。") in marks
    assert ("-", "七天无理由退货") in marks
    assert all(one.mark == "-" for one in found["en"])
    third = take_up_version(code="return", number=1, viewer=library.writer, at=library.now)
    assert (third.number, third.state, third.texts) == (3, "draft", first.texts)


def test_given_back_with_a_reason_it_is_a_draft_again(library: Library) -> None:
    begin_article(code="return", draft=draft(), viewer=library.writer, at=library.now)
    submit_draft(code="return", viewer=library.writer, at=library.now)
    with pytest.raises(NotADraft):
        change_draft(code="return", draft=draft(), seen_at=None, viewer=library.writer, at=library.now)
    back: dict[str, Any] = {"code": "return", "number": 1, "at": library.now}
    with pytest.raises(AnswerMissing):
        give_back(answer=" ", viewer=library.manager, **back)
    version = give_back(answer="运费谁付？", viewer=library.manager, **back)
    assert (version.state, version.answer) == ("draft", "运费谁付？")
    with pytest.raises(NotInReview):
        publish_version(viewer=library.manager, **back)
    submit_draft(code="return", viewer=library.writer, at=library.now)
    assert give_back(answer="", viewer=library.writer, **back).state == "draft", "its writer takes it back"


def test_two_who_write_at_once_do_not_write_over_each_other(library: Library) -> None:
    begin_article(code="return", draft=draft(), viewer=library.writer, at=library.now)
    seen = Version.objects.get().written_at
    change: dict[str, Any] = {"code": "return", "draft": draft(), "seen_at": seen}
    change_draft(viewer=library.manager, at=library.later(minutes=1), **change)
    with pytest.raises(ChangedMeanwhile):
        change_draft(viewer=library.writer, at=library.later(minutes=1), **change)


def test_archived_nobody_reads_it_and_a_dropped_first_draft_leaves_nothing(library: Library) -> None:
    library.publishes()
    with pytest.raises(ArticleNotFound):
        archive_article(code="return", viewer=library.writer, at=library.now)
    archive_article(code="return", viewer=library.manager, at=library.now)
    assert Article.objects.get().live is None
    with pytest.raises(NotLive):
        archive_article(code="return", viewer=library.manager, at=library.now)
    begin_article(code="idea", draft=draft(), viewer=library.writer, at=library.now)
    assert drop_draft(code="idea", viewer=library.writer, at=library.now) is False
    assert not Article.objects.filter(code="idea").exists()
    take_up_version(code="return", number=1, viewer=library.writer, at=library.now)
    assert drop_draft(code="return", viewer=library.writer, at=library.now) is True


def test_traditional_is_made_of_simplified_and_says_so_until_somebody_writes_it(library: Library) -> None:
    version = library.publishes()
    made = shown(version.texts, "zh-hant")
    assert (made.title, made.is_converted) == ("七天無理由退貨", True)
    assert "工作日" in made.plain
    written = draft()
    own = Text("七天鑑賞期退貨", "", "可以退。")
    changed = type(written)({**written.texts, "zh-Hant": own}, written.terms)
    again = change_draft(code="return", draft=changed, seen_at=None, viewer=library.writer, at=library.now)
    assert (shown(again.texts, "zh-hant").title, shown(again.texts, "zh-hant").is_converted) == (own.title, False)
    assert shown(again.texts, "en").language == "zh-Hans", "what is not written in English is read in Chinese"


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (draft(Text()), NothingWritten),
        (draft(Text("只有标题")), NothingWritten),
        (draft(Text("x" * 121, "", "x")), TextTooLong),
        (draft(Text("x", "", "x" * 100_001)), TextTooLong),
        (draft(Text("x", "", "x", ("q",) * 31)), TextTooLong),
        (draft(audience="everybody"), TermsUnsound),
        (draft(topics=("cooking",)), TermsUnsound),
        (draft(teams=("nobody",)), TermsUnsound),
        (draft(skus=tuple(f"A-{n}" for n in range(201))), TermsUnsound),
    ],
)
def test_what_is_no_article_is_refused_and_nothing_is_kept(library: Library, wanted: Any, refusal: type) -> None:
    with pytest.raises(refusal):
        begin_article(code="bad", draft=wanted, viewer=library.writer, at=library.now)
    assert not Article.objects.exists()


def test_validity_ends_after_it_begins_and_codes_are_sound_and_one_articles(library: Library) -> None:
    day = library.now.date()
    backwards = Terms(valid_from=day, valid_until=day.replace(day=1))
    assert backwards.valid_until is not None
    with pytest.raises(TermsUnsound):
        begin_article(draft=type(draft())({"en": RETURN_EN}, backwards), viewer=library.writer, at=library.now)
    for code in ("A", "a", "-a-", "a b", "x" * 61, "退货"):
        with pytest.raises(CodeUnsound):
            begin_article(code=code, draft=draft(), viewer=library.writer, at=library.now)
    begin_article(code="return", draft=draft(), viewer=library.writer, at=library.now)
    with pytest.raises(CodeTaken):
        begin_article(code="return", draft=draft(), viewer=library.writer, at=library.now)
    assert code_for("How to return it?") == "how-to-return-it"
    made = begin_article(draft=draft(), viewer=library.writer, at=library.now)
    assert made.code.startswith("a-")


def test_who_only_reads_writes_nothing(library: Library) -> None:
    with pytest.raises(ArticleNotFound):
        begin_article(draft=draft(), viewer=library.reader, at=library.now)
    library.publishes()
    for change in (submit_draft, drop_draft, archive_article):
        with pytest.raises(ArticleNotFound):
            change(code="return", viewer=library.reader, at=library.now)
    with pytest.raises(ArticleNotFound):
        name_owner(code="return", owner_id=library.reader.user_id, viewer=library.reader, at=library.now)
