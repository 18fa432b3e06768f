"""For any bytes from a server, there is a response or one FetchError."""

import asyncio
import gzip

from fake_time import FakeTime
from hypothesis import given, settings
from hypothesis import strategies as st
from loopback import Loopback, Reply

from readq.net.client import Client
from readq.net.fetcher import FetchError, Request, Response
from readq.text import is_printable

STATUS_LINES = (
    *(b"HTTP/1.1 200 OK", b"HTTP/1.1 304 X", b"HTTP/1.0 301 Moved"),
    *(b"HTTP/1.1 429 No", b"HTTP/1.1 100 Go", b"HTTP/2 200", b"HTTP/1.1 999"),
)
HEADERS = (
    *(b"Content-Length: 3", b"Content-Length: 99999999999999999999", b"Content-Length: -1", b"Content-Length: x"),
    *(b"Transfer-Encoding: chunked", b"Content-Encoding: gzip", b"Content-Encoding: br, gzip"),
    *(b"Location: /", b"Location: http://[", b"Location: \x80", b"Location: javascript:x", b"Location: //\x00"),
    *(b"Retry-After: 1", b"RateLimit: ;;;r=0;t=", b"Content-Type: \x1b[2J", b"nonsense", b": x", b"ETag: \xff\xfe"),
)
BODIES = (b"", b"abc", b"3\r\nabc\r\n0\r\n\r\n", gzip.compress(b"abc"), b"\x1f\x8b\x08", b"f" * 20)

REPLIES = st.builds(
    lambda status, headers, body: b"\r\n".join([status, *headers, b"", body]),
    st.sampled_from(STATUS_LINES),
    st.lists(st.sampled_from(HEADERS), max_size=4),
    st.sampled_from(BODIES),
)


@settings(max_examples=100)
@given(st.one_of(REPLIES, st.binary(max_size=60)))
def test_any_bytes_give_a_response_or_a_one_line_error(raw: bytes) -> None:
    with Loopback({"/": Reply(raw=raw)}).running() as server:
        outcome = asyncio.run(_ask(server))
    if isinstance(outcome, Response):
        assert outcome.status in (200, 304)
        assert is_printable(outcome.content_type)
    else:
        assert is_printable(str(outcome))
        assert "\n" not in str(outcome)


async def _ask(server: Loopback) -> Response | FetchError:
    async with Client(FakeTime().clock) as client:
        try:
            return await client.fetch(Request(f"{server.url}/", "x", user_url=server.url))
        except FetchError as error:
            return error
