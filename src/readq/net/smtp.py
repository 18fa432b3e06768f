"""Send one mail to an SMTP server, with a time limit for the whole dialogue, and report whether it was accepted.

`smtplib` of the standard library speaks the protocol. The alternative aiosmtplib adds only asyncio, which one mail does
not need. Connecting and STARTTLS are written here, because `smtplib` has no limit for the total time, and none for the
total size of the replies.
"""

import base64
import contextlib
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Collection, Iterator
from typing import IO, NamedTuple

from readq.errors import ReadqError
from readq.text import one_line

_LOCAL_NAME = "[127.0.0.1]"
"""The host name sent in EHLO.

It tells the server nothing about this computer, and needs no look-up, which could take long.
"""

_LONGEST_LINE = 8192
_MOST_REPLIES = 1 << 20
"""The maximum total size of all replies of a dialogue, in bytes."""

_NOTHING_SENT = "nothing was sent"


class MailServer(NamedTuple):
    """An SMTP server. `security` is `tls`, `starttls` or `none`. `timeout` is the limit of a dialogue in seconds."""

    host: str
    port: int
    security: str
    timeout: float


class Login(NamedTuple):
    """A user name and a password for a server. Both are sent only over TLS."""

    user: str
    password: str


class Letter(NamedTuple):
    """A mail to send. `sender` and `recipient` are mail addresses. `data` is the whole message with CRLF line ends."""

    sender: str
    recipient: str
    data: bytes


class MailError(ReadqError):
    """Raised if the mail could not be sent.

    The server certainly did not accept the mail, unless the error is an UnconfirmedError.
    """


class UnconfirmedError(MailError):
    """Raised if the whole mail was sent, but no reply came. It is unknown whether the server accepted the mail."""


def send(
    server: MailServer,
    login: Login | None,
    letter: Letter,
    before_end: Callable[[], None],
    tls: ssl.SSLContext | None = None,
) -> None:
    """Send a mail. Return only if the server replied that it accepted the mail.

    A mail ends with an end mark, and the server accepts no mail without one. `before_end` is called after the mail was
    sent, and before the end mark is sent. If `before_end` raises an exception, the end mark is not sent, and the server
    discards the mail. In tests, `tls` replaces the certificate authorities of the system. Raises MailError if the
    server did not accept the mail. Raises UnconfirmedError if it is unknown whether the server accepted the mail.
    """
    dialogue = _Dialogue(server)
    timer = threading.Timer(server.timeout, dialogue.expire)
    timer.daemon = True
    timer.start()
    try:
        with _mail_errors(dialogue):
            dialogue.open(tls or ssl.create_default_context())
            if login:
                dialogue.log_in(login)
            dialogue.transmit(letter)
        before_end()
        with _mail_errors(dialogue):
            dialogue.finish()
    finally:
        timer.cancel()
        dialogue.close()


class _Replies:
    """The replies of a server as a file, of which `smtplib` reads lines. The size of all replies is limited."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._left = _MOST_REPLIES

    def readline(self, _limit: int = -1) -> bytes:
        line = self._file.readline(_LONGEST_LINE)
        self._left -= len(line)
        if self._left < 0 or (len(line) == _LONGEST_LINE and not line.endswith(b"\n")):
            raise _TooLongError
        return line

    def close(self) -> None:
        self._file.close()


class _TooLongError(Exception):
    """A reply is too long."""


class _Dialogue:
    """A dialogue with a server. Replies that refuse something raise MailError."""

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self.name = f"{one_line(server.host)}:{server.port}"
        self.is_expired = False
        self.is_unconfirmed = False
        self._socket: socket.socket | None = None
        self._smtp = smtplib.SMTP(local_hostname=_LOCAL_NAME)

    def expire(self) -> None:
        """End the dialogue. May be called in another thread.

        After that, the socket neither reads nor writes anything.
        """
        self.is_expired = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                # Not the method of SSLSocket, which would make the socket go on without TLS.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def open(self, tls: ssl.SSLContext) -> None:
        address = (self.server.host, self.server.port)
        self._socket = socket.create_connection(address, self.server.timeout)
        if self.server.security == "tls":
            self._start_tls(tls)
        self._attach()
        self._expect(self._smtp.getreply(), (220,), "refuses connections")
        self._greet()
        if self.server.security == "starttls":
            if not self._smtp.has_extn("starttls"):
                raise MailError(
                    f"{self.name} offers no STARTTLS",
                    f'{_NOTHING_SENT}; if the port speaks TLS from the start, set mail.security = "tls"',
                )
            self._expect(self._smtp.docmd("STARTTLS"), (220,), "refuses STARTTLS")
            self._start_tls(tls)
            # A new client: what the server sent before TLS, and the extensions that it named, count for nothing.
            self._smtp = smtplib.SMTP(local_hostname=_LOCAL_NAME)
            self._attach()
            self._greet()

    def _start_tls(self, tls: ssl.SSLContext) -> None:
        assert self._socket is not None
        self._socket = tls.wrap_socket(
            self._socket, server_hostname=self.server.host, do_handshake_on_connect=False, suppress_ragged_eofs=True
        )
        self._socket.do_handshake()

    def _attach(self) -> None:
        assert self._socket is not None
        self._smtp.sock = self._socket
        self._smtp.file = _Replies(self._socket.makefile("rb"))

    def _greet(self) -> None:
        self._expect(self._smtp.ehlo(), (250,), "refuses the greeting")

    def log_in(self, login: Login) -> None:
        if not isinstance(self._socket, ssl.SSLSocket):
            raise MailError(f"no password is sent to {self.name} without TLS", _NOTHING_SENT)
        if not f"{login.user}{login.password}".isascii():
            self._log_in_with_utf8(login)
            return
        try:
            self._smtp.login(login.user, login.password)
        except smtplib.SMTPAuthenticationError as error:
            raise self._refused_login(error.smtp_code) from error
        except smtplib.SMTPNotSupportedError as error:
            raise MailError(f"{self.name} takes no password", f"{_NOTHING_SENT}; remove mail.user") from error

    def _log_in_with_utf8(self, login: Login) -> None:
        """Log in with a user or a password outside ASCII, by AUTH PLAIN (RFC 4616). `smtplib` sends only ASCII."""
        if "PLAIN" not in self._smtp.esmtp_features.get("auth", "").upper().split():
            problem = f"{self.name} cannot take a user or a password with letters outside ASCII"
            raise MailError(problem, f"{_NOTHING_SENT}; it does not offer AUTH PLAIN")
        message = base64.b64encode(f"\0{login.user}\0{login.password}".encode(errors="surrogateescape")).decode()
        code, _ = self._smtp.docmd("AUTH", f"PLAIN {message}")
        if code != 235:
            raise self._refused_login(code)

    def _refused_login(self, code: int) -> MailError:
        # Not the text of the reply: it may repeat the password.
        return MailError(
            f"{self.name} refuses the user or the password: {code}",
            f"{_NOTHING_SENT}; check mail.user and the password",
        )

    def transmit(self, letter: Letter) -> None:
        self._expect(self._smtp.mail(letter.sender), (250,), f"refuses the sender {letter.sender}")
        self._expect(self._smtp.rcpt(letter.recipient), (250, 251), f"refuses the recipient {letter.recipient}")
        self._expect(self._smtp.docmd("DATA"), (354,), "refuses the mail")
        self._smtp.send(re.sub(rb"(?m)^\.", b"..", letter.data))

    def finish(self) -> None:
        self.is_unconfirmed = True
        self._smtp.send(b".\r\n")
        code, text = self._smtp.getreply()
        self.is_unconfirmed = not (code == 250 or 400 <= code < 600)
        self._expect((code, text), (250,), "refuses the mail")
        with contextlib.suppress(OSError, smtplib.SMTPException, _TooLongError):
            self._smtp.docmd("QUIT")

    def close(self) -> None:
        if self._socket is not None:
            self._smtp.close()
            self._socket.close()

    def _expect(self, reply: tuple[int, bytes], codes: Collection[int], refusal: str) -> None:
        code, text = reply
        if code in codes:
            return
        if self.is_expired:
            # The reply was cut off when the dialogue ended.
            raise TimeoutError
        if not 400 <= code < 600:
            raise self.error("does not speak SMTP", "check mail.host, mail.port and mail.security")
        said = one_line(text.decode("utf-8", errors="replace"))[:120]
        hint = "it may accept it later: run the command again" if code < 500 else "check the settings [mail]"
        raise self.error(f"{refusal}: {code} {said}".rstrip(), hint)

    def error(self, problem: str, hint: str) -> MailError:
        """Return the error for a problem at this point of the dialogue."""
        if self.is_unconfirmed:
            return UnconfirmedError(f"{self.name} {problem} after the whole mail was sent")
        return MailError(f"{self.name} {problem}", f"{_NOTHING_SENT}; {hint}")


@contextlib.contextmanager
def _mail_errors(dialogue: _Dialogue) -> Iterator[None]:
    """Raise MailError or UnconfirmedError in place of the errors of the network, TLS and the protocol."""
    later = "check mail.host and mail.port, or try again later"
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise dialogue.error(f"has an invalid certificate: {error.verify_message}", "check mail.host") from error
    except socket.gaierror as error:
        raise dialogue.error("was not found, or there is no network", "check mail.host") from error
    except ConnectionRefusedError as error:
        raise dialogue.error("refused the connection", "check mail.host and mail.port") from error
    except _TooLongError as error:
        raise dialogue.error("sends a reply that is too long", "check mail.host and mail.port") from error
    except UnicodeError as error:
        raise dialogue.error("is not a valid host, or does not speak SMTP", "check mail.host") from error
    except (OSError, smtplib.SMTPException) as error:
        if dialogue.is_expired or isinstance(error, TimeoutError):
            problem = f"took longer than {dialogue.server.timeout:g} s"
            raise dialogue.error(problem, "try again later, or raise mail.timeout") from error
        if isinstance(error, ssl.SSLError):
            problem = f"failed at TLS: {one_line(error.reason or str(error))}"
            raise dialogue.error(problem, "check mail.port and mail.security") from error
        if isinstance(error, smtplib.SMTPServerDisconnected | ConnectionError):
            raise dialogue.error("closed the connection", later) from error
        problem = f"cannot be reached: {one_line(getattr(error, 'strerror', None) or str(error))[:120]}"
        raise dialogue.error(problem, later) from error
