"""XML from outside: what is read, and what is refused before it can do harm."""

import time

import pytest

from zhoudao.kit.xml import XmlHasDoctype, XmlRefused, XmlTooLarge, parse

LAUGHS = b"<!DOCTYPE l [<!ENTITY a0 'ha'>" + b"".join(
    b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 20) for n in range(1, 12)
)


def test_a_document_is_read_without_its_comments() -> None:
    root = parse('<?xml version="1.0"?><a xmlns:z="urn:z" z:x="1"><!-- no --><b>您&amp;好</b></a>'.encode())
    assert root.get("{urn:z}x") == "1"
    assert [child.text for child in root] == ["您&好"]


def test_the_five_entities_of_xml_itself_are_read_in_attributes_as_in_text() -> None:
    root = parse(b'<a b="x &amp; &lt;&gt; &quot;&apos; &#38;amp;">x &amp; &lt;</a>')
    assert (root.get("b"), root.text) == ("x & <> \"' &amp;", "x & <")


@pytest.mark.parametrize(
    "content",
    [
        LAUGHS + b"]><l>&a11;</l>",
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]><a/>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16"),
    ],
)
def test_a_doctype_is_refused_at_once_in_any_encoding(content: bytes) -> None:
    began = time.process_time()
    with pytest.raises(XmlHasDoctype):
        parse(content)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("content", [b"<a>" * 65 + b"</a>" * 65, b"<a>" + b"<b/>" * 50_000 + b"</a>", b" " * 4_000_001])
def test_too_deep_too_many_and_too_long_are_refused(content: bytes) -> None:
    with pytest.raises(XmlTooLarge):
        parse(content)


@pytest.mark.parametrize(
    "content",
    [b"", b"text", b"<a>", b"<a></b>", b"<a/><b/>", b"<a>&x;</a>", b"<a>\xff</a>", b'<a x="1" x="2"/>', b"\x00"],
)
def test_what_is_not_xml_is_refused_with_the_reason(content: bytes) -> None:
    with pytest.raises(XmlRefused, match="cannot be read as XML"):
        parse(content)


def test_the_limits_can_be_narrower() -> None:
    with pytest.raises(XmlTooLarge):
        parse(b"<a><b/></a>", max_depth=1)
    with pytest.raises(XmlTooLarge):
        parse(b"<a><b/></a>", max_elements=1)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("x &amp; y", "x & y"),
        ("&#38;", "&"),
        ("&amp;#38;", "&#38;"),
        ("&amp;amp;", "&amp;"),
        ("&lt;&quot;&#x4e2d;", '<"中'),
    ],
)
def test_an_ampersand_in_an_attribute_is_an_ampersand(written: str, read: str) -> None:
    root = parse(f'<a name="{written}">{written}</a>'.encode())
    assert (root.get("name"), root.text) == (read, read)
