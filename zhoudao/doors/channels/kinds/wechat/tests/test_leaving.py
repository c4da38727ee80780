"""Answers by customer-service message: the token shared, and reasons a person can act on."""

import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection

from zhoudao.doors.channels import outbound, trying
from zhoudao.doors.channels.kinds.wechat import api, fake, reasons
from zhoudao.doors.channels.kinds.wechat.carrying import MOST_BYTES, parts
from zhoudao.doors.channels.kinds.wechat.tests.conftest import AGENT, Line, make_line, told
from zhoudao.doors.channels.outbound import NotCarried
from zhoudao.ground.installation import clock
from zhoudao.rooms.conversations.commands import Upload, begin_sending, confirm_reply, reply, retry_reply
from zhoudao.rooms.conversations.commands.channels import note_channel
from zhoudao.rooms.conversations.commands.retrying import TRIES
from zhoudao.rooms.conversations.models import Channel, Message
from zhoudao.rooms.conversations.refusals import NotUnconfirmed


@pytest.fixture
def question(line: Line) -> Message:
    return line.takes(told(MsgId="1", Content="在吗"))


def test_an_answer_goes_to_who_wrote_with_one_token_for_all(line: Line, question: Message) -> None:
    first, second = line.answers(question, "在的，请打 13812348000"), line.answers(question, "马上到")
    assert [first.status, second.status] == ["sent", "sent"]
    assert line.platform.sent == [("oWang", "在的，请打 13812348000"), ("oWang", "马上到")]
    assert line.platform.tokens_given == 1
    state = Channel.objects.get(id=line.channel.id).state
    assert next(iter(line.platform.valid_tokens)) not in str(state), "the token is sealed"


def test_a_token_that_no_longer_counts_is_fetched_anew_once(line: Line, question: Message) -> None:
    line.answers(question, "一")
    line.platform.forget_tokens()
    assert line.answers(question, "二").status == "sent"
    assert line.platform.tokens_given == 2
    line.platform.errors = [42001]
    assert line.answers(question, "三").status == "sent"


def test_a_token_is_fetched_again_before_it_ends(line: Line, question: Message) -> None:
    line.answers(question, "一")
    note_channel(line.channel.id, token_until=(datetime.now(UTC) - timedelta(seconds=1)).isoformat())
    line.answers(question, "二")
    assert line.platform.tokens_given == 2


def test_many_who_need_a_token_fetch_one(transactional_db: None, platform: fake.Platform) -> None:
    line, found = make_line(platform), list[str]()

    def ask() -> None:
        try:
            found.append(api.token_of(line.channel))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), len(set(found)), platform.tokens_given) == (6, 1, 1)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (45015, reasons.SILENT),
        (43004, reasons.LEFT),
        (45047, reasons.ENOUGH),
        (48001, reasons.NOT_ALLOWED),
        (45009, reasons.QUOTA),
        (40164, reasons.NETWORK),
        (87009, reasons.CONTENT),
        (99999, reasons.REFUSED),
    ],
)
def test_what_no_trying_helps_says_what_to_do(line: Line, question: Message, code: int, reason: str) -> None:
    line.platform.errors = [code]
    made = line.answers(question, "在的")
    assert (made.status, made.failure) == ("failed", f"{reason}\n{code} as told")


def test_what_passes_is_tried_again(line: Line, question: Message) -> None:
    line.platform.errors = [-1]
    made = line.answers(question, "在的")
    assert (made.status, made.failure.split("\n")[0]) == ("sending", reasons.BUSY)
    line.platform.broken = [503]
    line.ahead = timedelta(hours=1)
    line.sends()
    line.ahead = timedelta(hours=3)
    line.sends()
    made.refresh_from_db()
    assert made.status == "sent"


def test_wrong_keys_are_said_at_the_channel_too(line: Line, question: Message) -> None:
    line.platform.app_secret = "changed"
    made = line.answers(question, "在的")
    assert (made.status, made.failure.split("\n")[0]) == ("failed", reasons.SECRET)
    assert Channel.objects.get(id=line.channel.id).state["error"] == reasons.SECRET


def test_a_platform_that_is_away_is_tried_six_times(line: Line, question: Message) -> None:
    line.platform.broken = [503] * (TRIES + 1)
    made = line.answers(question, "在的")
    for n in range(TRIES):
        line.ahead = timedelta(hours=2 * n + 1)
        line.sends()
    made.refresh_from_db()
    assert (made.status, made.failure.split("\n")[0]) == ("failed", reasons.BUSY)


@pytest.mark.parametrize("how", ["hangs up", "gateway", "not the platform"])
def test_what_may_have_arrived_is_never_sent_again_by_itself(line: Line, question: Message, how: str) -> None:
    line.answers(question, "一")
    if how == "hangs up":
        line.platform.speechless = 1
    elif how == "gateway":
        line.platform.broken = [504]
    else:
        line.platform.broken = [200]
    made = line.answers(question, "退款已办")
    assert (made.status, made.is_unconfirmed) == ("failed", True)
    line.ahead = timedelta(hours=9)
    line.sends()
    outbound.requeue_stuck(real_now=datetime.now(UTC) + line.ahead)
    line.sends()
    assert [text for _, text in line.platform.sent].count("退款已办") == (1 if how == "hangs up" else 0)
    confirm_reply(message_id=made.id, at=clock.now())
    made.refresh_from_db()
    assert (made.status, made.failure) == ("sent", "")
    with pytest.raises(NotUnconfirmed):
        confirm_reply(message_id=made.id, at=clock.now())


def test_a_worker_that_died_while_sending_leaves_it_to_a_person_who_may_send_it_again(
    line: Line, question: Message
) -> None:
    made = reply(
        conversation_id=question.conversation_id,
        text="退款已办",
        by=AGENT,
        author_name="李娜",
        at=clock.now(),
        real_now=datetime.now(UTC),
    )
    begin_sending(message_id=made.id, real_now=datetime.now(UTC))  # and then its worker is killed
    outbound.requeue_stuck(real_now=datetime.now(UTC) + timedelta(hours=1))
    line.ahead = timedelta(hours=1)
    line.sends()
    made.refresh_from_db()
    assert (made.is_unconfirmed, line.platform.sent) == (True, [])
    retry_reply(message_id=made.id, real_now=datetime.now(UTC))
    line.sends()
    made.refresh_from_db()
    assert (made.status, line.platform.sent) == ("sent", [("oWang", "退款已办")])


def test_what_did_not_leave_for_sure_is_tried_again_also_after_a_pause(line: Line, question: Message) -> None:
    line.answers(question, "一")
    line.platform.errors = [-1, -1]
    made = line.answers(question, "二")
    line.ahead = timedelta(hours=1)
    line.sends()
    line.ahead = timedelta(hours=3)
    line.sends()
    made.refresh_from_db()
    assert (made.status, [text for _, text in line.platform.sent]) == ("sent", ["一", "二"])


def test_a_second_part_nobody_confirms_is_said_so(line: Line, question: Message) -> None:
    line.answers(question, "一")
    said = api.send_text

    def second_is_lost(channel: Channel, to: str, part: str) -> None:
        if len(line.platform.sent) == 2:
            line.platform.speechless = 1
        said(channel, to, part)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api, "send_text", second_is_lost)
        made = line.answers(question, "长" * 1500)
    assert (made.is_unconfirmed, len(line.platform.sent)) == (True, 3)


def test_pictures_are_sent_and_other_files_are_fetched_by_a_link(line: Line, question: Message) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
    files = [Upload("说明.pdf", b"%PDF-1.4 press twice"), Upload("机身.png", picture)]
    assert line.answers(question, "请看", uploads=files).status == "sent"
    (_, words), (_, media_id) = line.platform.sent
    assert line.platform.media[media_id][1] == picture
    said, _, address = words.partition("\n说明.pdf ")
    assert said == "请看"
    assert line.browser.get(urlsplit(address).path).content == b"%PDF-1.4 press twice"
    assert line.answers(question, "", uploads=files[1:]).status == "sent"
    assert len(line.platform.sent) == 3, "no empty words go with a picture alone"


def test_a_long_answer_goes_in_parts(line: Line, question: Message) -> None:
    text = "\n".join(f"第{n}步：把水管拧紧，再试一次。" for n in range(80))
    assert line.answers(question, text).status == "sent"
    assert "\n".join(part for _, part in line.platform.sent) == text


def test_when_only_the_beginning_was_sent_it_is_said(line: Line, question: Message) -> None:
    sent: list[str] = []

    def once(_channel: object, _to: str, part: str) -> None:
        if sent:
            raise NotCarried(reasons.ENOUGH, is_final=True)
        sent.append(part)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api, "send_text", once)
        made = line.answers(question, "长" * 1500)
    assert (made.status, made.failure.split("\n")[0]) == ("failed", reasons.PARTLY)


@pytest.mark.parametrize("text", ["", "a", "长" * 666, "长" * 667, "x\n" * 3000, "🙂" * 1200])
def test_parts_fit_and_lose_nothing_but_line_ends(text: str) -> None:
    found = parts(text)
    assert all(len(part.encode()) <= MOST_BYTES for part in found)
    assert "".join(found).replace("\n", "") == text.replace("\n", "")


def test_the_test_button_tells_both_directions(line: Line) -> None:
    first = trying.try_channel(line.channel.id, real_now=datetime.now(UTC))
    assert [(step.name, step.is_good) for step in first] == [("incoming", False), ("outgoing", True)]
    line.browser.get(line.path, line.platform.signed(echostr="1"))
    line.platform.app_secret = "changed"
    note_channel(line.channel.id, token="")
    second = trying.try_channel(line.channel.id, real_now=datetime.now(UTC))
    assert [(step.is_good, step.seen) for step in second] == [
        (True, "WeChat has verified our address."),
        (False, reasons.SECRET),
    ]
