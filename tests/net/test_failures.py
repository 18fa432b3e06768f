"""`readq.net.failures`: whatever is raised, one harmless line."""

import errno
import socket
import ssl
import zlib
from collections.abc import Callable

import httpcore
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.net.address_guard import Origin
from readq.net.decoding import BodyError
from readq.net.failures import explained, is_passing, refused
from readq.net.guarded_backend import PrivateAddressError
from readq.text import is_inert

WHO = Origin("https", "papers.example", 443)


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "said", "passing"),
    [
        (httpcore.ConnectTimeout(), "papers.example cannot be reached", False),
        (httpcore.ReadTimeout(), "papers.example stopped answering", False),
        (httpcore.PoolTimeout(), "papers.example stopped answering", False),
        (TimeoutError(), "papers.example took too long", False),
        (caused(httpcore.ConnectError("x"), ConnectionRefusedError()), "papers.example refused the connection", True),
        (
            caused(httpcore.ConnectError("x"), OSError(errno.ENETUNREACH, "x")),
            "papers.example cannot be reached",
            False,
        ),
        (caused(httpcore.ReadError("x"), ConnectionResetError()), "papers.example broke the connection off", True),
        (httpcore.ConnectError("no address"), "papers.example cannot be connected to: no address", True),
        (caused(httpcore.ConnectError("x"), TimeoutError(errno.ETIMEDOUT, "x")), "papers.example cannot be re", False),
        (httpcore.WriteError("x"), "papers.example broke the connection off", True),
        (caused(httpcore.ConnectError("x"), ssl.SSLError(1, "x")), "papers.example does not speak TLS with us", False),
        (caused(httpcore.ConnectError("x"), socket.gaierror(8, "x")), "there is no computer called papers", False),
        (caused(httpcore.ProxyError("x"), socket.gaierror(8, "x")), "the proxy did not lead to papers.example", False),
        (PrivateAddressError("x", "10.0.0.1"), "papers.example is a private address: 10.0.0.1", False),
        (BodyError("sent too much"), "papers.example sent too much", False),
        (httpcore.RemoteProtocolError("illegal header"), "papers.example sent broken HTTP: illegal header", False),
        (httpcore.LocalProtocolError("bad"), "papers.example is not an address that can be asked: bad", False),
        (httpx.InvalidURL("bad"), "papers.example is not an address that can be asked: bad", False),
        (UnicodeError("label too long"), "papers.example is not an address that can be asked: label", False),
        (zlib.error("x"), "papers.example could not be asked: error: x", False),
        (RecursionError(), "papers.example could not be asked: RecursionError", False),
        (MemoryError(), "papers.example could not be asked: MemoryError", False),
        (ExceptionGroup("two", [OSError("a"), OSError("b")]), "papers.example could not be asked: ExceptionGr", False),
    ],
)
def test_what_an_exception_means(error: Exception, said: str, passing: bool) -> None:
    failure = explained(error, WHO)
    assert str(failure).startswith(said)
    assert failure.hint
    assert is_passing(error) is passing


KINDS: list[Callable[[str], Exception]] = [
    httpcore.RemoteProtocolError,
    httpcore.ConnectError,
    httpcore.ProxyError,
    httpx.InvalidURL,
    OSError,
    ValueError,
]


@given(st.sampled_from(KINDS), st.text("ab\n\r\x1b[]\x9b\u202e\ud800 ", max_size=300))
def test_no_text_of_an_exception_reaches_the_terminal_raw(kind: Callable[[str], Exception], text: str) -> None:
    said = str(explained(kind(text), WHO))
    assert "\n" not in said
    assert is_inert(said)
    assert len(said) < 300


def test_an_exception_that_is_its_own_cause_is_explained() -> None:
    error = ValueError("x")
    error.__cause__ = OSError("y")
    error.__cause__.__cause__ = error
    assert "ValueError" in str(explained(error, WHO))


@pytest.mark.parametrize("status", [0, 99, 418, 429, 599, 1000])
def test_any_status_has_words(status: int) -> None:
    message, hint = refused(status, WHO, None)
    assert message.startswith(f"papers.example answered {status} ")
    assert hint
