"""What is to be written, what did not help, what ends, and who has read what is new."""

from datetime import timedelta
from typing import Any

import pytest

from zhoudao.ground.accounts.models import Grant, Team, User
from zhoudao.ground.accounts.viewer import of_user
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.knowledge.commands.drafting import begin_article
from zhoudao.rooms.knowledge.commands.hearing import dismiss_miss, judge_article, note_miss
from zhoudao.rooms.knowledge.commands.releases import (
    confirm_release,
    open_release,
    remind_of_ending,
    remind_release_readers,
)
from zhoudao.rooms.knowledge.models import Miss, Opinion
from zhoudao.rooms.knowledge.queries.worklists import misses, release_readers, releases_for, unhelpful
from zhoudao.rooms.knowledge.refusals import ArticleNotFound, NotAsked, NotOpened, RemindedEnough
from zhoudao.rooms.knowledge.telling import register_kinds
from zhoudao.rooms.knowledge.tests.conftest import Library
from zhoudao.rooms.knowledge.tests.library import draft, somebody

LATELY: dict[str, Any] = {"language": "zh-hans", "actor": "customer:portal"}


def test_what_was_looked_for_and_not_found_is_counted_without_anybodys_number(library: Library) -> None:
    for words in ("Wifi 密码", "wifi  密碼", "我的电话13812348000退款", "我的电话13912348000退款", "?", ""):
        note_miss(words=words, language="zh-hans", at=library.now)
    found, after = misses(after=None)
    assert after is None
    told = {one.words: one.count for one in found}
    assert told["wifi 密码"] == 2, "in either script, however it is spaced"
    assert told["我的电话*退款"] == 2, "whoever asks, it is one question"
    assert len(told) == 2


def test_from_what_was_not_found_an_article_begins_and_it_leaves_the_list(library: Library) -> None:
    note_miss(words="会员日是哪天", language="zh-hans", at=library.now)
    note_miss(words="量子力学", language="zh-hans", at=library.now)
    miss = Miss.objects.get(words="会员日是哪天")
    begin_article(code="day", draft=draft(), miss_id=miss.id, viewer=library.writer, at=library.now)
    assert [one.words for one in misses(after=None)[0]] == ["量子力学"]
    dismiss_miss(miss_id=Miss.objects.get(words="量子力学").id, viewer=library.writer, at=library.now)
    assert misses(after=None)[0] == []
    note_miss(words="量子力学", language="zh-hans", at=library.later(days=1))
    assert [one.count for one in misses(after=None)[0]] == [2], "asked again, it is there again"
    with pytest.raises(ArticleNotFound):
        dismiss_miss(miss_id=miss.id, viewer=library.reader, at=library.now)


def test_the_list_goes_on_page_by_page_most_asked_first(library: Library) -> None:
    for n in range(30):
        for _ in range(1 + n % 3):
            note_miss(words=f"问题甲{'一二三四五六七八九十'[n % 10]}{n}", language="zh-hans", at=library.now)
    first, after = misses(after=None)
    rest, end = misses(after=after)
    assert (len(first), len(rest), end) == (25, 5, None)
    counts = [one.count for one in [*first, *rest]]
    assert counts == sorted(counts, reverse=True)


def test_an_article_that_does_not_help_is_on_the_list_with_what_was_said(library: Library) -> None:
    library.publishes()
    for n, is_helpful in enumerate((True, False, False, False)):
        words = "" if is_helpful else f"没说运费，打13812348000找我 {n}"
        judge_article(
            code="return", visitor=bytes([n]), is_helpful=is_helpful, words=words, at=library.later(minutes=1), **LATELY
        )
    (worst,) = unhelpful(library.now)
    assert (worst.helpful, worst.unhelpful) == (1, 3)
    assert worst.said.startswith("没说运费，打138****8000")
    assert unhelpful(library.now + timedelta(days=91)) == []


def test_one_visitor_has_one_opinion_and_may_change_it(library: Library) -> None:
    library.publishes()
    for is_helpful in (True, False):
        judge_article(code="return", visitor=b"x", is_helpful=is_helpful, words="", at=library.now, **LATELY)
    assert Opinion.objects.get().is_helpful is False
    library.publishes("inside", draft(audience="staff"))
    for code in ("inside", "nowhere"):
        with pytest.raises(ArticleNotFound):
            judge_article(code=code, visitor=b"x", is_helpful=True, words="", at=library.now, **LATELY)


def test_an_owner_hears_once_that_an_article_ends(library: Library) -> None:
    register_kinds()
    day = library.now.date() + timedelta(days=20)
    article = library.publishes("sale", draft(valid_until=day)).article
    assert remind_of_ending(article.id, at=library.now) is False, "there is time"
    assert remind_of_ending(article.id, at=library.later(days=7)) is True
    assert remind_of_ending(article.id, at=library.later(days=1)) is False
    told = Notice.objects.filter(kind="article_ending")
    assert [one.user_id for one in told] == [library.writer.user_id]


def test_a_release_note_asks_everybody_and_says_who_has_not_read_it(library: Library) -> None:
    register_kinds()
    version = library.publishes("new-return-page", draft(audience="staff"), is_release=True)
    assert set(Notice.objects.filter(kind="release_new").values_list("user_id", flat=True)) == {
        library.writer.user_id,
        library.manager.user_id,
        library.reader.user_id,
    }
    with pytest.raises(NotOpened):
        confirm_release(code="new-return-page", viewer=library.reader, at=library.now)
    assert open_release(version=version, viewer=library.reader, at=library.now) is not None
    confirm_release(code="new-return-page", viewer=library.reader, at=library.now)
    readers = release_readers(version)
    assert [one.name for one in readers if one.read_at is None] == ["manager", "writer"]
    assert remind_release_readers(code="new-return-page", viewer=library.manager, at=library.now) == 2
    with pytest.raises(RemindedEnough):
        remind_release_readers(code="new-return-page", viewer=library.manager, at=library.later(hours=1))
    ((mine, note),) = releases_for(library.reader)
    assert (mine.id, note is not None and note.read_at is not None) == (version.id, True)


def test_a_release_note_for_a_team_asks_that_team(library: Library) -> None:
    team = Team.objects.create(code="depot", names={"zh-Hans": "仓库"})
    somebody("depot", "warehouse_worker")
    user = User.objects.get(name="depot")
    Grant.objects.create(user=user, role="warehouse_worker", team=team)
    version = library.publishes("scanner", draft(audience="staff", teams=("depot",)), is_release=True)
    assert [one.name for one in release_readers(version)] == ["depot"]
    with pytest.raises(NotAsked):
        confirm_release(code="scanner", viewer=library.writer, at=library.now)
    assert open_release(version=version, viewer=library.writer, at=library.now) is None
    assert releases_for(library.reader) == []
    assert len(releases_for(of_user(user))) == 1
