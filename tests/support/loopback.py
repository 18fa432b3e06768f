"""A small web server on 127.0.0.1 for tests, with replies by path and a log of requests."""

import contextlib
import http.server
import socket
import ssl
import struct
import threading
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from server_thread import serving


class Seen(NamedTuple):
    """One request. `target` is path and query; the names of headers are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path alone."""
        return urllib.parse.urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The parameters; the last value of a repeated one."""
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.target).query, keep_blank_values=True))


class Reply(NamedTuple):
    """One reply. `raw`, when not None, is sent as it stands, and the connection is closed.

    With `hold` the connection then stays open, silent, until the server stops; with `reset` it is reset (RST) instead
    of closed.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = {}
    content_type: str = "application/octet-stream"
    raw: bytes | None = None
    hold: bool = False
    reset: bool = False


Route = bytes | str | Reply | Callable[[Seen], bytes | str | Reply]
"""The reply for a path: a body, a Reply, or a function of the request."""


class Loopback:
    """The server. `routes` maps a target or a path to a Route; others give 404.

    `log` has all requests in order. Routes may be changed at any time.
    """

    def __init__(self, routes: Mapping[str, Route] | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.routes: dict[str, Route] = dict(routes or {})
        self.log: list[Seen] = []
        self.stopping = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.loopback = self
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port: int = self._server.server_address[1]
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"

    def targets(self) -> list[str]:
        """Return path and query of each request."""
        return [seen.target for seen in self.log]

    def reply_to(self, seen: Seen) -> Reply:
        """Log a request and return its reply."""
        self.log.append(seen)
        route = self.routes.get(seen.target, self.routes.get(seen.path))
        if route is None:
            return Reply(b"nothing here", 404, content_type="text/plain")
        found = route(seen) if callable(route) and not isinstance(route, Reply) else route
        if isinstance(found, str):
            found = found.encode()
        return found if isinstance(found, Reply) else Reply(found)

    @contextlib.contextmanager
    def running(self) -> Iterator["Loopback"]:
        """Serve in a thread until the end of the with block."""
        with serving(self._server, self.stopping):
            yield self


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = True
    loopback: Loopback

    def __init__(self, *arguments: Any) -> None:  # noqa: ANN401 - handed on
        self._open: set[socket.socket] = set()
        super().__init__(*arguments)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as in the base class
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as in the base class
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Close the open connections, whose threads it waits for, and the server."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as in the base class
        """Ignore clients that close the connection early."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are two packets: with Nagle's algorithm the second waits 40 ms for the first to be acknowledged.
    disable_nagle_algorithm = True
    server: _Server

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.loopback.reply_to(Seen(self.command, self.path, headers, self.rfile.read(length)))
        if reply.raw is None:
            self._send(reply)
        else:
            self.wfile.write(reply.raw)
            self.close_connection = True
        if reply.hold:
            self.wfile.flush()
            self.server.loopback.stopping.wait()
            self.close_connection = True
        if reply.reset:
            # To linger for no time makes the kernel send RST in place of FIN.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        sent = {"Content-Type": reply.content_type, "Content-Length": str(len(reply.body)), **reply.headers}
        for name, value in sent.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD" and reply.status != 304:
            self.wfile.write(reply.body)

    do_GET = do_HEAD = do_POST = _serve  # noqa: N815 - the names that http.server looks for

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as in the base class
        """Print nothing."""
