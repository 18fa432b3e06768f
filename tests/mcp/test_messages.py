"""Lines become requests, or errors that say why not; nothing that a client sends is kept in memory whole."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.mcp.messages import (
    LONGEST_LINE,
    BadMessage,
    Code,
    Message,
    ProtocolError,
    encode,
    message_of,
    parse,
    read_lines,
)


def test_lines_are_read_without_their_ends() -> None:
    assert list(read_lines(io.BytesIO(b"a\r\n\nb"))) == [b"a", b"", b"b"]


def test_a_line_that_is_too_long_is_skipped_and_the_next_is_read() -> None:
    long = b"x" * (LONGEST_LINE * 3)
    assert list(read_lines(io.BytesIO(long + b"\nnext\n" + long))) == [None, b"next", None]
    with pytest.raises(ProtocolError) as error:
        parse(None)
    assert error.value.code == Code.INVALID_REQUEST


@pytest.mark.parametrize(
    "line",
    [b"{", b"\xff\xfe", b"[" * 100_000, b'{"a": NaN}', b"nonsense", b"9" * 5000, b'"\xed\xa0\x80"'],
    ids=["cut", "not UTF-8", "deep", "NaN", "words", "a huge number", "a surrogate"],
)
def test_what_is_not_json_is_refused(line: bytes) -> None:
    with pytest.raises(ProtocolError) as error:
        parse(line)
    assert error.value.code == Code.PARSE


@pytest.mark.parametrize(
    ("value", "code", "number"),
    [
        (3, Code.INVALID_REQUEST, None),
        ([], Code.INVALID_REQUEST, None),
        ({}, Code.INVALID_REQUEST, None),
        ({"jsonrpc": "1.0", "method": "x", "id": 7}, Code.INVALID_REQUEST, 7),
        ({"jsonrpc": "2.0", "method": 3, "id": "a"}, Code.INVALID_REQUEST, "a"),
        ({"jsonrpc": "2.0", "method": "x", "id": None}, Code.INVALID_REQUEST, None),
        ({"jsonrpc": "2.0", "method": "x", "id": True}, Code.INVALID_REQUEST, None),
        ({"jsonrpc": "2.0", "method": "x", "id": 1.5}, Code.INVALID_REQUEST, None),
        ({"jsonrpc": "2.0", "method": "x", "id": "a" * 1000}, Code.INVALID_REQUEST, None),
        ({"jsonrpc": "2.0", "method": "x", "id": 10**30}, Code.INVALID_REQUEST, None),
        ({"jsonrpc": "2.0", "method": "x", "id": 1, "params": [1]}, Code.INVALID_PARAMS, 1),
    ],
)
def test_what_is_no_request_is_refused(value: object, code: Code, number: object) -> None:
    message = message_of(value)
    assert isinstance(message, BadMessage)
    assert (message.error.code, message.id) == (code, number)


def test_requests_notifications_and_responses() -> None:
    assert message_of({"jsonrpc": "2.0", "method": "a", "id": 0}) == Message("a", {}, 0)
    assert message_of({"jsonrpc": "2.0", "method": "a", "params": {"b": 1}}) == Message("a", {"b": 1}, None)
    assert message_of({"jsonrpc": "2.0", "id": 1, "result": {}}) is None
    assert message_of({"jsonrpc": "2.0", "id": 1, "error": {}}) is None


@given(st.dictionaries(st.text(), st.none() | st.integers() | st.text()))
def test_a_message_is_one_line_of_text(value: object) -> None:
    line = encode(value)
    assert line.count(b"\n") == 1
    assert not any(ord(char) < 32 for char in line.decode()[:-1])
    assert json.loads(line) == value
