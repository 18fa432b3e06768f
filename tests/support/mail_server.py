"""A small SMTP server on 127.0.0.1 for tests. It keeps what it accepts, and fails where a test says so."""

import base64
import contextlib
import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from server_thread import serving

HANG, CLOSE, RESET = "hang", "close", "reset"
"""In place of a reply: send nothing more, close the connection, or reset it."""


class Accepted(NamedTuple):
    """One accepted mail: the text after MAIL FROM and RCPT TO, and the data with its dots unstuffed."""

    sender: str
    recipient: str
    data: bytes


class MailServer:
    """The server. `replies` maps a command, or `greeting` or `end` (of the data), to a reply in place of the usual one.

    A value that is a list is taken reply by reply, and then the usual ones follow. `log` has all commands in order, and
    `is_tls` says for each whether it came over TLS. `accepted` has the mails. A mail counts as accepted when its end
    has come, unless the reply to it is a code from 400: also if the connection is cut then.
    """

    def __init__(self, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None) -> None:
        self.replies: dict[str, str | bytes | list[str | bytes]] = {}
        self.extensions = ["8BITMIME", "AUTH PLAIN"]
        self.log: list[str] = []
        self.is_tls: list[bool] = []
        self.accepted: list[Accepted] = []
        self.before_end: Callable[[], None] = lambda: None
        self.stopping = threading.Event()
        self.tls, self.starttls = tls, starttls
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.mail_server = self
        self.port: int = self._server.server_address[1]

    def reply(self, command: str, usual: str) -> str | bytes:
        """Return the reply to a command."""
        planned = self.replies.get(command, usual)
        if isinstance(planned, list):
            return planned.pop(0) if planned else usual
        return planned

    def commands(self) -> list[str]:
        """Return the first word of each command."""
        return [line.split()[0].upper() for line in self.log if line]

    @contextlib.contextmanager
    def running(self) -> Iterator["MailServer"]:
        """Serve in a thread until the end of the with block."""
        with serving(self._server, self.stopping):
            yield self


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    mail_server: MailServer

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as in the base class
        """Ignore clients that close the connection early."""


class _Ended(Exception):  # noqa: N818 - no error: the dialogue is over
    """The connection is over."""


class _Handler(socketserver.BaseRequestHandler):
    server: _Server

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            self.file.close()
        # With TLS, not the socket that the server closes.
        self.request.close()

    def handle(self) -> None:
        self.state = self.server.mail_server
        if self.state.tls:
            self.request = self.state.tls.wrap_socket(self.request, server_side=True)
        self.file = self.request.makefile("rb")
        with contextlib.suppress(_Ended):
            self.answer("greeting", "220 test")
            while line := self.file.readline():
                text = line.decode("latin-1").rstrip("\r\n")
                self.state.log.append(text)
                self.state.is_tls.append(isinstance(self.request, ssl.SSLSocket))
                self.obey(text)

    def obey(self, text: str) -> None:
        name = text.split()[0].upper()
        if name == "EHLO":
            offered = [*self.state.extensions, *(["STARTTLS"] if self.offers_starttls() else [])]
            self.answer(name, "\r\n".join([*(f"250-{extension}" for extension in ("test", *offered)), "250 HELP"]))
        elif name == "STARTTLS" and self.state.starttls:
            self.answer(name, "220 go on")
            self.request = self.state.starttls.wrap_socket(self.request, server_side=True)
            self.file = self.request.makefile("rb")
        elif name == "MAIL":
            self.sender = text
            self.answer(name, "250 ok")
        elif name == "RCPT":
            self.recipient = text
            self.answer(name, "250 ok")
        elif name == "DATA":
            self.take_data()
        elif name == "QUIT":
            self.answer(name, "221 bye")
            raise _Ended
        else:
            self.answer(name, "235 ok" if name == "AUTH" else "250 ok")

    def offers_starttls(self) -> bool:
        return self.state.starttls is not None and not isinstance(self.request, ssl.SSLSocket)

    def take_data(self) -> None:
        self.answer("DATA", "354 go on")
        lines: list[bytes] = []
        while (line := self.file.readline()) != b".\r\n":
            if not line:
                raise _Ended
            lines.append(line[1:] if line.startswith(b".") else line)
        self.state.before_end()
        reply = self.state.reply("end", "250 taken")
        if not str(reply).startswith(("4", "5")):
            self.state.accepted.append(Accepted(self.sender, self.recipient, b"".join(lines)))
        self.send(reply)

    def answer(self, command: str, usual: str) -> None:
        self.send(self.state.reply(command, usual))

    def send(self, reply: str | bytes) -> None:
        if reply == HANG:
            self.state.stopping.wait()
            raise _Ended
        if reply in (CLOSE, RESET):
            if reply == RESET:
                # To linger for no time makes the kernel send RST in place of FIN.
                self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.file.close()
            self.request.close()
            raise _Ended
        if isinstance(reply, bytes):
            # One part after the other, so that the client waits for each: a drip.
            with contextlib.suppress(OSError):
                while not self.state.stopping.is_set():
                    self.request.sendall(reply)
            raise _Ended
        self.request.sendall(reply.encode() + b"\r\n")


def password_in(log: list[str]) -> Mapping[str, str]:
    """Return the users of the AUTH PLAIN commands in a log, with their passwords."""
    plain = [base64.b64decode(line.split()[2]).decode() for line in log if line.startswith("AUTH PLAIN ")]
    return {text.split("\0")[1]: text.split("\0")[2] for text in plain}
