"""`readq.net.failures`: every exception becomes one line of inert text."""

import errno
import socket
import ssl
import zlib
from collections.abc import Callable

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.net.address_scopes import Origin
from readq.net.body import BodyError
from readq.net.failures import fetch_error, is_transient, status_message
from readq.net.guarded_backend import PrivateAddressError
from readq.text import is_printable

WHO = Origin("https", "papers.example", 443)


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "said", "passing"),
    [
        (httpx.ConnectTimeout(""), "papers.example cannot be reached", False),
        (httpx.ReadTimeout(""), "papers.example stopped answering", False),
        (httpx.PoolTimeout(""), "papers.example stopped answering", False),
        (TimeoutError(), "papers.example took too long", False),
        (caused(httpx.ConnectError("x"), ConnectionRefusedError()), "papers.example refused the connection", True),
        (
            caused(httpx.ConnectError("x"), OSError(errno.ENETUNREACH, "x")),
            "papers.example cannot be reached",
            False,
        ),
        (caused(httpx.ReadError("x"), ConnectionResetError()), "papers.example interrupted the connection", True),
        (httpx.ConnectError("no address"), "papers.example: connection failed: no address", True),
        (caused(httpx.ConnectError("x"), TimeoutError(errno.ETIMEDOUT, "x")), "papers.example cannot be re", False),
        (httpx.WriteError("x"), "papers.example interrupted the connection", True),
        (caused(httpx.ConnectError("x"), ssl.SSLError(1, "x")), "the TLS handshake with papers.example failed", False),
        (caused(httpx.ConnectError("x"), socket.gaierror(8, "x")), "papers.example was not found", False),
        (
            caused(httpx.ProxyError("x"), socket.gaierror(8, "x")),
            "the proxy could not connect to papers.example",
            False,
        ),
        (PrivateAddressError("x", "10.0.0.1"), "papers.example is a private address: 10.0.0.1", False),
        (BodyError("sent too much"), "papers.example sent too much", False),
        (httpx.RemoteProtocolError("illegal header"), "papers.example sent broken HTTP: illegal header", False),
        (httpx.LocalProtocolError("bad"), "papers.example is not a valid address: bad", False),
        (httpx.InvalidURL("bad"), "papers.example is not a valid address: bad", False),
        (UnicodeError("label too long"), "papers.example is not a valid address: label", False),
        (zlib.error("x"), "papers.example: request failed: error: x", False),
        (RecursionError(), "papers.example: request failed: RecursionError", False),
        (MemoryError(), "papers.example: request failed: MemoryError", False),
        (ExceptionGroup("two", [OSError("a"), OSError("b")]), "papers.example: request failed: ExceptionGr", False),
    ],
)
def test_the_message_for_an_exception(error: Exception, said: str, passing: bool) -> None:
    failure = fetch_error(error, WHO)
    assert str(failure).startswith(said)
    assert failure.hint
    assert is_transient(error) is passing


KINDS: list[Callable[[str], Exception]] = [
    httpx.RemoteProtocolError,
    httpx.ConnectError,
    httpx.ProxyError,
    httpx.InvalidURL,
    OSError,
    ValueError,
]


@given(st.sampled_from(KINDS), st.text("ab\n\r\x1b[]\x9b\u202e\ud800 ", max_size=300))
def test_the_text_of_an_exception_is_made_inert(kind: Callable[[str], Exception], text: str) -> None:
    said = str(fetch_error(kind(text), WHO))
    assert "\n" not in said
    assert is_printable(said)
    assert len(said) < 300


def test_an_exception_that_is_its_own_cause_is_fetch_error() -> None:
    error = ValueError("x")
    error.__cause__ = OSError("y")
    error.__cause__.__cause__ = error
    assert "ValueError" in str(fetch_error(error, WHO))


@pytest.mark.parametrize("status", [0, 99, 418, 429, 599, 1000])
def test_any_status_has_a_message(status: int) -> None:
    message, hint = status_message(status, WHO, None)
    assert message.startswith(f"papers.example answered {status} ")
    assert hint
