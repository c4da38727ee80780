import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from zhoudao.kit.ids import TokenTooShort, url_token, uuid7

NOON = datetime(2026, 3, 9, 12, 0, 0, 123456, tzinfo=UTC)


def test_keys_rise_and_never_repeat_even_from_many_threads() -> None:
    with ThreadPoolExecutor(8) as threads:
        batches = list(threads.map(lambda _: [uuid7() for _ in range(2_000)], range(8)))
    assert all(batch == sorted(batch) for batch in batches)
    assert len({key for batch in batches for key in batch}) == 16_000


def test_a_key_is_a_version_7_uuid_that_carries_its_millisecond() -> None:
    key = uuid7(NOON)
    assert (key.version, key.variant) == (7, "specified in RFC 4122")
    assert timedelta(milliseconds=key.int >> 80) == datetime(2026, 3, 9, 12, 0, 0, 123000, tzinfo=UTC) - datetime(
        1970, 1, 1, tzinfo=UTC
    )


def test_dated_keys_follow_their_dates_and_rise_within_a_millisecond() -> None:
    later, earlier = uuid7(NOON + timedelta(seconds=1)), [uuid7(NOON) for _ in range(500)]
    assert earlier == sorted(set(earlier))
    assert max(earlier) < later < uuid7()


def test_a_forked_child_makes_other_keys() -> None:
    reader, writer = os.pipe()
    uuid7()
    child = os.fork()
    if child == 0:
        os.write(writer, b"".join(uuid7().bytes for _ in range(50)))
        os._exit(0)
    ours = {uuid7().bytes for _ in range(50)}
    os.waitpid(child, 0)
    theirs = os.read(reader, 800)
    assert len(theirs) == 800
    assert not ours & {theirs[place : place + 16] for place in range(0, 800, 16)}


def test_a_link_token_is_long_url_safe_and_never_the_same() -> None:
    tokens = {url_token() for _ in range(1_000)}
    assert len(tokens) == 1_000
    assert all(len(token) == 27 and token.replace("-", "").replace("_", "").isalnum() for token in tokens)
    with pytest.raises(TokenTooShort):
        url_token(64)
