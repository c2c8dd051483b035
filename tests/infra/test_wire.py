"""What goes over a shared bus comes out as it went in, and fits into a notification."""

from __future__ import annotations

import pytest

from netql.ids import new_id
from netql.infra.wire import AT_ONCE, new_sender, pack, unpack


@pytest.mark.parametrize("number", [1, 2, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE])
def test_topics_come_out_as_they_went_in(number: int) -> None:
    me, topics = new_sender(), {new_id() for _ in range(number)}
    texts = list(pack(me, topics))
    assert len(texts) == -(-number // AT_ONCE)
    heard = [unpack(text) for text in texts]
    assert {sender for sender, _ in heard} == {me}
    assert [topic for _, part in heard for topic in part or ()] == list(topics)
    assert all(len(text.encode()) < 8000 for text in texts)


def test_everybody_and_nobody() -> None:
    me = new_sender()
    (text,) = pack(me, None)
    assert unpack(text) == (me, None)
    assert list(pack(me, set())) == []


def test_senders_differ() -> None:
    assert len({new_sender() for _ in range(100)}) == 100


@pytest.mark.parametrize("text", ["", "AAAA", "hello", "=", "A" * 13, "é" * 12, "A" * 24])
def test_what_is_no_wake_up_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        unpack(text)
