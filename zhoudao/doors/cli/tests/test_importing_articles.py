"""A folder of articles is taken over once; the demo company's help centre is whole."""

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from zhoudao.doors.cli import Refused
from zhoudao.doors.cli.demo_knowledge import write_articles
from zhoudao.doors.cli.importing_articles import run
from zhoudao.rooms.knowledge.models import Version
from zhoudao.rooms.knowledge.queries.reading import answerable, find_articles
from zhoudao.rooms.knowledge.queries.worklists import misses, unhelpful
from zhoudao.rooms.knowledge.tests.library import somebody

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)


def test_a_folder_is_taken_over_once_and_what_is_wrong_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one.md").write_text("# 怎么退货\n\n在订单页面点退货。", encoding="utf-8")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "two.csv").write_text(
        "title,text,topics\n付款,微信支付,payment\n坏的,x,cooking\n", encoding="utf-8"
    )
    (tmp_path / "notes.pdf").write_bytes(b"%PDF")
    assert run(Namespace(path=tmp_path, review=True, owner="")) == 1
    said = capsys.readouterr()
    assert "2 new, 0 changed, 0 as they were, 1 wrong" in said.out
    assert "two.csv, row 3: topic_unknown" in said.err
    assert set(Version.objects.values_list("state", flat=True)) == {"review"}
    assert run(Namespace(path=tmp_path / "one.md", review=False, owner="")) == 0
    with pytest.raises(Refused):
        run(Namespace(path=tmp_path / "one.md", review=False, owner="nobody@example.com"))
    assert "0 new, 0 changed, 1 as they were" in capsys.readouterr().out


def test_the_demo_companys_help_centre_answers_what_customers_ask() -> None:
    somebody("lead", "team_lead")
    somebody("manager", "process_manager")
    write_articles(at=NOW)
    assert 20 <= len(answerable("en", "public", at=NOW)) <= 40
    asked = {
        "快递几天能到": "delivery-times",
        "怎麼退貨": "return-seven-days",
        "我的包裹到哪了": "where-is-my-order",
        "When do I get my money back?": "refund-time",
        "发票抬头写错了怎么办": "invoice",
        "coffee maker leaks": "coffee-maker-descaling",
        "门店几点开门": "store-hours",
    }
    for question, code in asked.items():
        found = find_articles(question, audience="public", language="en", at=NOW)
        assert found, question
        assert found[0].version.article.code == code, question
    assert next(one.words for one in misses(after=None)[0]) == "旧沙发可以回收吗"
    assert [one.article.code for one in unhelpful(NOW)] == ["refund-time"]
