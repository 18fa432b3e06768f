"""Serve the UI to a browser on this computer. textual-serve runs a process of the UI for each tab.

textual-serve accepts connections from any computer and asks for no password. This module restricts it in three ways.
The server listens on 127.0.0.1 alone. Each path begins with a secret token. A request must come from a page of this
server, so that no other page can send keys.
"""

import contextlib
import secrets
import shlex
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence

from aiohttp import web
from aiohttp.typedefs import Middleware
from textual_serve.server import Server

from readq.errors import ReadqError

HOST = "127.0.0.1"
_TOKEN_BYTES = 24

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class _Server(Server):
    """The server of textual-serve, without the text that it prints. The paths of its pages begin with the token."""

    def __init__(self, command: Sequence[str], origin: str) -> None:
        super().__init__(shlex.join(command), HOST, title="readq", public_url=origin)

    async def on_startup(self, app: web.Application) -> None:
        """Print nothing, because the caller prints the address."""

    async def application(self, token: str) -> web.Application:
        """Return the application to run. The paths of its pages begin with `/TOKEN`."""
        root = web.Application(middlewares=[_guard(self.public_url)])
        root.add_subapp(f"/{token}", await self._make_app())
        return root


def _guard(origin: str) -> Middleware:
    """Return a middleware that refuses requests for another host or from another page, and adds security headers.

    The host must be that of `origin`, because a page of another site could use a name that leads to this computer (DNS
    rebinding). The origin of a request must be `origin`, because any page may open a websocket. The headers prevent the
    page from loading anything from other servers, and from sending its address to them.
    """
    host = origin.partition("://")[2]
    headers = {
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": (
            f"default-src 'self'; connect-src 'self' ws://{host}; script-src 'self' 'unsafe-inline'; "
            "style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }

    @web.middleware
    async def guard(request: web.Request, handler: _Handler) -> web.StreamResponse:
        if request.host != host or request.headers.get("Origin", origin) != origin:
            raise web.HTTPForbidden(text="readq takes requests from its own page only\n")
        response = await handler(request)
        if not response.prepared:
            response.headers.update(headers)
        return response

    return guard


def serve(command: Sequence[str], port: int, tell: Callable[[str], None]) -> None:
    """Serve the UI until the process is interrupted or terminated. `command` is the command that starts the UI.

    If `port` is 0, any free port is used. `tell` is called with the URL of the UI when the server listens. Raises
    ReadqError if the port cannot be used.
    """
    with _listening(port) as listener:
        origin = f"http://{HOST}:{listener.getsockname()[1]}"
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        server = _Server(command, origin)
        tell(f"{origin}/{token}/")
        web.run_app(server.application(token), sock=listener, print=None, access_log=None, handle_signals=True)


@contextlib.contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen()
        except OSError as error:
            raise ReadqError(f"port {port} cannot be used: {error.strerror}", "readq serve --port N") from error
        yield listener
