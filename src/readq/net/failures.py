"""Whatever can go wrong between two computers, said in one line: what, with whom, what to do next."""

import errno
import http
import socket
import ssl
from collections.abc import Iterator

import httpcore
import httpx

from readq.net.address_guard import Origin
from readq.net.decoding import BodyError
from readq.net.fetcher import FetchError
from readq.net.guarded_backend import PrivateAddressError
from readq.text import one_line

_LATER = "try again later"
_NO_ANSWER = "without sending a response"
_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ETIMEDOUT}


class PassingError(Exception):
    """A failure that another try soon may cure. `wait` is how many seconds the server asked for, when it did."""

    def __init__(self, error: FetchError, wait: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait


def explained(error: Exception, origin: Origin) -> FetchError:
    """What an exception of the network, of TLS, of HTTP or of decoding means to the reader."""
    who = one_line(origin.shown)
    for cause in _chain(error):
        if isinstance(cause, PrivateAddressError):
            return FetchError(
                f"{who} is a private address: {cause.address}",
                "nothing was sent; sync.allow_private = true allows it, if it is yours",
            )
        if isinstance(cause, ssl.SSLCertVerificationError):
            return FetchError(f"{who} has a certificate that does not hold: {_tls(cause)}", "nothing was sent to it")
    if isinstance(error, httpcore.ProxyError):
        return FetchError(f"the proxy did not lead to {who}: {_text(error)}", "check HTTP_PROXY and HTTPS_PROXY")
    for cause in _chain(error):
        if isinstance(cause, socket.gaierror):
            return FetchError(f"there is no computer called {who}, or no network", "check the address, try again later")
        if isinstance(cause, BodyError):
            return FetchError(f"{who} {cause}", "nothing of it was taken; try again later")
        if isinstance(cause, ssl.SSLError):
            return FetchError(f"{who} does not speak TLS with us: {_tls(cause)}", "check the address")
        if isinstance(cause, OSError) and (cause.errno in _UNREACHABLE or isinstance(cause, ConnectionRefusedError)):
            what = "refused the connection" if isinstance(cause, ConnectionRefusedError) else "cannot be reached"
            return FetchError(f"{who} {what}", "check the address and the network, try again later")
    return FetchError(*_by_kind(error, who))


def is_passing(error: Exception) -> bool:
    """Whether it was the connection that failed, and not what came over it."""
    if any(isinstance(cause, socket.gaierror | ssl.SSLError | PrivateAddressError) for cause in _chain(error)):
        return False
    if isinstance(error, httpcore.NetworkError):
        return not any(isinstance(cause, OSError) and cause.errno in _UNREACHABLE for cause in _chain(error))
    return isinstance(error, httpcore.RemoteProtocolError) and _NO_ANSWER in str(error)


def _by_kind(error: Exception, who: str) -> tuple[str, str]:
    match error:
        case httpcore.ConnectTimeout():
            return f"{who} cannot be reached", "check the network, try again later"
        case httpcore.TimeoutException():
            return f"{who} stopped answering", _LATER
        case TimeoutError():
            return f"{who} took too long", _LATER
        case httpcore.ConnectError():
            return f"{who} cannot be connected to: {_text(error)}", "check the address, try again later"
        case httpcore.NetworkError():
            return f"{who} broke the connection off", _LATER
        case httpcore.RemoteProtocolError():
            return f"{who} {_broken(_text(error))}", _LATER
        case httpx.InvalidURL() | UnicodeError() | httpcore.LocalProtocolError():
            return f"{who} is not an address that can be asked: {_text(error)}", "check the address"
        case _:
            return f"{who} could not be asked: {type(error).__name__}: {_text(error)}", "check the address"


def _broken(said: str) -> str:
    if _NO_ANSWER in said:
        return "closed the connection without an answer"
    # h11 knows more kinds of broken HTTP than a reader wants to.
    return "broke off in the middle of its answer" if said.startswith("peer closed") else f"sent broken HTTP: {said}"


def refused(status: int, origin: Origin, when: str | None) -> tuple[str, str]:
    """Message and hint for an answer that is none; `when` is until when the server asks us to wait."""
    who = one_line(origin.shown)
    if when:
        return f"{who} asks not to be asked before {when} (status {status})", "sync again then"
    phrase = http.HTTPStatus(status).phrase if status in http.HTTPStatus._value2member_map_ else "no known status"
    said = f"{who} answered {status} {phrase}"
    match status:
        case 401 | 402 | 403 | 407 | 451:
            return said, "it wants a login or refuses programs: open the address in a browser"
        case 404:
            return said, "check the address"
        case 410:
            return said, "it is gone for good"
        case 429:
            return said, "it is asked too often: " + _LATER
        case _ if status >= 500:
            return said, "the trouble is on its side: " + _LATER
        case _:
            return said, "check the address"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and what it was raised from."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _tls(error: ssl.SSLError) -> str:
    return one_line(getattr(error, "verify_message", "") or getattr(error, "reason", "") or "broken off")


def _text(error: Exception) -> str:
    return one_line(str(error))[:120] or type(error).__name__
