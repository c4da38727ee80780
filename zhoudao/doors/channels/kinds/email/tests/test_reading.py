"""What a mail says, whatever state it is in. Everything goes through the reader process, as in life."""

import base64
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhoudao.doors.channels.kinds.email.mail import Unread
from zhoudao.doors.channels.kinds.email.reading import read_mail
from zhoudao.doors.channels.kinds.email.tests.conftest import written

_CORPUS = sorted((Path(__file__).parent / "malformed").glob("*.eml"))


def raw(head: str, body: bytes = b"hello") -> bytes:
    return ("From: wang@example.com\r\n" + head + "\r\n\r\n").encode() + body


def test_a_chinese_mail_with_a_file_is_read() -> None:
    mail = written()
    mail.add_attachment(b"%PDF-1.4 invoice", maintype="application", subtype="pdf", filename="发票.pdf")
    read = read_mail(mail.as_bytes())
    assert (read.sender, read.sender_name, read.subject) == ("wang@example.com", "王小姐", "洗衣机漏水")
    assert read.text == "洗衣机漏水，一直没人来。"
    assert [(file.name, file.content) for file in read.files] == [("发票.pdf", b"%PDF-1.4 invoice")]


@pytest.mark.parametrize(
    ("charset", "claimed"),
    [("gb18030", "gb2312"), ("big5", "big5"), ("utf-8", "klingon"), ("gb18030", ""), ("utf-8", "=?x?=")],
)
def test_words_are_found_whatever_charset_is_claimed(charset: str, claimed: str) -> None:
    text = "洗衣機漏水" if charset == "big5" else "洗衣机漏水，很急"
    assert read_mail(raw(f"Content-Type: text/plain; charset={claimed}", text.encode(charset))).text == text


def test_a_character_cut_in_two_by_the_senders_folding_is_whole_again() -> None:
    first, second = "洗衣".encode()[:4], "洗衣".encode()[4:]
    words = " ".join(f"=?utf-8?B?{base64.b64encode(part).decode()}?=" for part in (first, second))
    assert read_mail(raw(f"Subject: {words}")).subject == "洗衣"


@pytest.mark.parametrize(
    "quote",
    [
        "------------------ 原始邮件 ------------------\n发件人: 客服 <a@b.cn>\n\n旧的内容",
        "在 2026年1月1日，客服 <a@b.cn> 写道：\n> 旧的内容",
        "客服 <a@b.cn> 於 2026年1月1日 週四 上午8:00寫道：\n\n> 旧的内容",
        "发件人: 客服\n发送时间: 2026年1月1日\n收件人: 王\n主题: 答复\n\n旧的内容",
        "On Mon, Jan 5, 2026 at 8:00 AM Li Na <a@b.cn> wrote:\n\n> 旧的内容",
        "-----Original Message-----\nFrom: x\n旧的内容",
    ],
)
def test_only_what_is_new_is_the_message_and_the_rest_stays_readable(quote: str) -> None:
    read = read_mail(written(f"好的，谢谢\n\n{quote}\n", subject="Re: 答复").as_bytes())
    assert read.text == "好的，谢谢"
    assert "旧的内容" in read.full_text
    assert "旧的内容" in read.html


def test_what_somebody_forwards_is_their_message() -> None:
    text = "请看下面\n\n-----Original Message-----\nFrom: x\n订单号 123"
    assert "订单号 123" in read_mail(written(text, subject="Fw: 订单", In_Reply_To="<9@x>").as_bytes()).text


def test_a_mail_of_html_alone_has_words_and_no_script() -> None:
    page = "<style>p{}</style><p>你好 &amp; 再见<p>第二<br>行<script>alert(1)</script>"
    assert read_mail(raw("Content-Type: text/html; charset=utf-8", page.encode())).text.split() == [
        "你好", "&", "再见", "第二", "行",
    ]  # fmt: skip


def test_a_mail_inside_a_mail_becomes_a_file() -> None:
    outer, inner = written("请看附件"), written("里面的话", subject="内层")
    inner.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="a.png")
    outer.add_attachment(inner)
    files = {file.name: file.content for file in read_mail(outer.as_bytes()).files}
    assert set(files) == {"内层.txt", "a.png"}
    assert "里面的话" in files["内层.txt"].decode()


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\x.exe", "a\u200b\u202e.htaccess", "\x00\r\n.txt"])
def test_a_file_name_is_only_a_name(name: str) -> None:
    encoded = base64.b64encode(name.encode()).decode()
    body = b'--x\r\nContent-Disposition: attachment; filename="=?utf-8?B?' + encoded.encode() + b'?="\r\n\r\nx\r\n--x--'
    (file,) = read_mail(raw("Content-Type: multipart/mixed; boundary=x", body)).files
    assert not set(file.name) & set("/\\\0\r\n\u200b\u202e")
    assert file.name.strip(" .")


def nested(levels: int) -> bytes:
    opening = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(levels)
    )
    return b"From: wang@example.com\r\n" + opening + b"\r\nhello"


@pytest.mark.parametrize(
    ("mail", "code"),
    [
        (nested(2000), "too_deep"),
        (nested(30), "too_deep"),
        (raw("Content-Type: multipart/mixed; boundary=x", b"--x\r\n\r\nhi\r\n" * 2000 + b"--x--"), "too_many_parts"),
        (raw("X-Bomb: " + "a" * 70_000), "headers_too_large"),
        (raw("\r\n".join(f"X-{n}: {n}" for n in range(9000))), "headers_too_large"),
        (b"x" * 40_000_000, "headers_too_large"),
        (raw("", b"y" * 60_000_000), "too_much_memory"),
    ],
    ids=["2000 nested", "30 nested", "2000 parts", "one long header", "9000 headers", "no header", "60 MB body"],
)
def test_a_bomb_is_refused_by_name_and_the_next_mail_is_read(mail: bytes, code: str) -> None:
    with pytest.raises(Unread) as refused:
        read_mail(mail)
    assert refused.value.code == code
    assert read_mail(raw("Subject: next")).subject == "next"


def test_text_that_makes_the_quote_finder_slow_is_kept_whole() -> None:
    lines = ("On " * 300 + "\r\n") * 60
    assert read_mail(raw("Subject: Re: x", lines.encode())).full_text.startswith("On On")


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Auto_Submitted": "auto-replied"}, "auto_reply"),
        ({"Auto_Submitted": "no"}, ""),
        ({"X_Auto_Response_Suppress": "OOF, AutoReply"}, "auto_reply"),
        ({"subject": "自动回复: 我在休假"}, "auto_reply"),
        ({"subject": "Automatic reply: away"}, "auto_reply"),
        ({"subject": "自动洗衣机坏了"}, ""),
        ({"List_Id": "<news.example.com>"}, "list"),
        ({"Precedence": "bulk"}, "bulk"),
        ({}, ""),
    ],
)
def test_what_no_person_wrote_is_recognised(headers: dict[str, str], why: str) -> None:
    assert read_mail(written(**headers).as_bytes()).automatic == why


def test_only_the_topmost_server_is_asked_who_the_sender_is() -> None:
    mail = b"Authentication-Results: mx.shop.example; dkim=fail; dmarc=fail (p=none) header.from=example.com\r\n"
    mail += b"Authentication-Results: mx.shop.example; dmarc=pass header.from=example.com\r\n" + raw("Subject: x")
    verdict = read_mail(mail).verdict
    assert verdict is not None
    assert (verdict.server, verdict.dmarc, verdict.domain) == ("mx.shop.example", "fail", "example.com")


def test_every_mail_of_the_corpus_of_broken_mails_gives_an_answer() -> None:
    assert len(_CORPUS) >= 12
    for path in _CORPUS:
        assert isinstance(_outcome(path.read_bytes()), str), path.name


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    which=st.integers(0, 100),
    changes=st.lists(st.tuples(st.integers(0, 4000), st.binary(max_size=12), st.integers(0, 40)), max_size=8),
)
def test_no_change_of_bytes_makes_the_reader_fall(which: int, changes: list[tuple[int, bytes, int]]) -> None:
    mail = bytearray(_CORPUS[which % len(_CORPUS)].read_bytes())
    for place, new, drop in changes:
        start = place % (len(mail) + 1)
        mail[start : start + drop] = new
    outcome = _outcome(bytes(mail))
    assert outcome != "unreadable"


def _outcome(mail: bytes) -> str:
    try:
        return read_mail(mail).sender
    except Unread as refused:
        return refused.code


def test_addresses_survive_odd_from_headers() -> None:
    for odd in ('"a@b.com" <wang@example.com>', "=?utf-8?Q?=E7=8E=8B?= <wang@example.com>", "wang@example.com (W)"):
        assert read_mail(f"From: {odd}\r\n\r\nhi".encode()).sender == "wang@example.com"
    both = read_mail(b"From: wang@example.com, boss@shop.example\r\n\r\nhi")
    assert (both.sender, both.is_single_sender) == ("wang@example.com", False)


def test_a_plain_and_an_html_body_are_one_message() -> None:
    mail = EmailMessage()
    mail["From"] = "wang@example.com"
    mail.set_content("文字")
    mail.add_alternative("<p>网页</p>", subtype="html")
    read = read_mail(mail.as_bytes())
    assert (read.text, read.html.strip()) == ("文字", "<p>网页</p>")
