"""Turn network errors and error responses into one-line messages.

Each message names the server, the problem and a remedy.
"""

import errno
import http
import socket
import ssl
from collections.abc import Iterator

import httpx

from readq.net.address_scopes import Origin
from readq.net.body import BodyError
from readq.net.fetcher import FetchError
from readq.net.guarded_backend import PrivateAddressError
from readq.text import one_line

_LATER = "try again later"
_NO_RESPONSE = "without sending a response"  # part of a message of httpcore
_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ETIMEDOUT}


class TransientError(Exception):
    """Raised for a failure after which a retry may succeed. If no retry succeeds, `error` is reported.

    `wait` is the number of seconds before the retry. If `wait` is None, the client chooses the wait.
    """

    def __init__(self, error: FetchError, wait: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait


def fetch_error(error: Exception, origin: Origin) -> FetchError:
    """Return a FetchError that describes `error`, an exception of a request to `origin`.

    `error` can come from the network, from TLS, from HTTP, or from reading the body.
    """
    server = one_line(origin.display)
    for cause in _chain(error):
        if isinstance(cause, PrivateAddressError):
            return FetchError(
                f"{server} is a private address: {cause.address}",
                "nothing was sent; if you trust the host, add it to sync.private_hosts in the config",
            )
        if isinstance(cause, ssl.SSLCertVerificationError):
            return FetchError(f"{server} has an invalid certificate: {_tls_reason(cause)}", "nothing was sent to it")
    if isinstance(error, httpx.ProxyError):
        return FetchError(
            f"the proxy could not connect to {server}: {_text(error)}", "check HTTP_PROXY and HTTPS_PROXY"
        )
    for cause in _chain(error):
        if isinstance(cause, socket.gaierror):
            hint = "check the URL, try again later"
            return FetchError(f"{server} was not found, or there is no network", hint)
        if isinstance(cause, BodyError):
            return FetchError(f"{server} {cause}", "nothing was stored; try again later")
        if isinstance(cause, ssl.SSLError):
            return FetchError(f"the TLS handshake with {server} failed: {_tls_reason(cause)}", "check the URL")
        if isinstance(cause, OSError) and (cause.errno in _UNREACHABLE or isinstance(cause, ConnectionRefusedError)):
            what = "refused the connection" if isinstance(cause, ConnectionRefusedError) else "cannot be reached"
            return FetchError(f"{server} {what}", "check the URL and the network, try again later")
    return FetchError(*_by_type(error, server))


def is_transient(error: Exception) -> bool:
    """Return whether a retry may succeed after `error`.

    Return True if the connection was refused, lost, or closed without a response. Return False for a name that cannot
    be resolved, an unreachable network, a private IP address, an error of TLS, and any other error.
    """
    if any(isinstance(cause, socket.gaierror | ssl.SSLError | PrivateAddressError) for cause in _chain(error)):
        return False
    if isinstance(error, httpx.NetworkError):
        return not any(isinstance(cause, OSError) and cause.errno in _UNREACHABLE for cause in _chain(error))
    return isinstance(error, httpx.RemoteProtocolError) and _NO_RESPONSE in str(error)


def _by_type(error: Exception, server: str) -> tuple[str, str]:
    match error:
        case httpx.ConnectTimeout():
            return f"{server} cannot be reached", "check the network, try again later"
        case httpx.TimeoutException():
            return f"{server} stopped answering", _LATER
        case TimeoutError():
            return f"{server} took too long", _LATER
        case httpx.ConnectError():
            return f"{server}: connection failed: {_text(error)}", "check the URL, try again later"
        case httpx.NetworkError():
            return f"{server} interrupted the connection", _LATER
        case httpx.RemoteProtocolError():
            return f"{server} {_protocol_error(_text(error))}", _LATER
        case httpx.InvalidURL() | UnicodeError() | httpx.LocalProtocolError():
            return f"{server} is not a valid address: {_text(error)}", "check the URL"
        case _:
            return f"{server}: request failed: {type(error).__name__}: {_text(error)}", "check the URL"


def _protocol_error(message: str) -> str:
    if _NO_RESPONSE in message:
        return "closed the connection without a response"
    if message.startswith("peer closed"):
        return "sent an incomplete response"
    return f"sent broken HTTP: {message}"


def status_message(status: int, origin: Origin, blocked_until: str | None) -> tuple[str, str]:
    """Return the message and the hint for an error response of a server.

    `status` is the HTTP status of the response. `origin` is the origin of the server. `blocked_until` is the local time
    until which the server asked to wait, such as `14:30`. It is None if the server requested no wait or a short one.
    """
    server = one_line(origin.display)
    if blocked_until:
        return f"{server} asks to wait until {blocked_until} (status {status})", "try again then"
    phrase = http.HTTPStatus(status).phrase if status in http.HTTPStatus._value2member_map_ else "unknown status"
    message = f"{server} answered {status} {phrase}"
    match status:
        case 407:
            # Only a proxy sends this status (RFC 9110, 15.5.8).
            wanted = "it wants a user and a password: HTTP_PROXY=http://USER:PASSWORD@HOST:PORT"
            return f"the proxy refused the request to {server} (status 407)", wanted
        case 401 | 402 | 403 | 451:
            return message, "it wants a login or refuses programs: open the URL in a browser"
        case 404:
            return message, "check the URL"
        case 410:
            return message, "it is gone for good"
        case 429:
            return message, "too many requests: " + _LATER
        case _ if status >= 500:
            return message, "the server has a problem: " + _LATER
        case _:
            return message, "check the URL"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and its causes, each once."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _tls_reason(error: ssl.SSLError) -> str:
    return one_line(getattr(error, "verify_message", "") or getattr(error, "reason", "") or "broken off")


def _text(error: Exception) -> str:
    return one_line(str(error))[:120] or type(error).__name__
