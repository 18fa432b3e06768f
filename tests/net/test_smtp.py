"""Mail over real SMTP on loopback: every fault at every point of the dialogue, and TLS before any password."""

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import trustme
from mail_server import CLOSE, HANG, RESET, MailServer, password_in

from readq.errors import DiskError
from readq.net import smtp
from readq.net.smtp import Letter, Login, MailError, UnconfirmedError

AUTHORITY = trustme.CA()
LETTER = Letter("ada@example.org", "bob@example.org", b"Subject: x\r\n\r\n.one dot\r\n.\r\n..two\r\nlast\r\n")
LOGIN = Login("ada", "a secret")


@pytest.fixture
def servers() -> Iterator[Callable[..., MailServer]]:
    """Return a function that starts a mail server until the end of the test."""
    with contextlib.ExitStack() as stack:
        yield lambda **options: stack.enter_context(MailServer(**options).running())


def context(host: str = "127.0.0.1", authority: trustme.CA = AUTHORITY) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(made)
    return made


@pytest.fixture
def trust() -> ssl.SSLContext:
    """A context that trusts only AUTHORITY."""
    made = ssl.create_default_context()
    AUTHORITY.configure_trust(made)
    return made


def send(server: MailServer, security: str = "none", timeout: float = 20, **options: Any) -> list[int]:  # noqa: ANN401
    """Send LETTER. Return how many mails the server had at each call before the end."""
    calls: list[int] = []
    target = smtp.MailServer("127.0.0.1", server.port, security, timeout)
    before_end = options.pop("before_end", lambda: calls.append(len(server.accepted)))
    smtp.send(target, options.pop("login", None), LETTER, before_end, options.pop("tls", None))
    return calls


def test_a_mail_arrives_byte_for_byte(servers: Callable[..., MailServer]) -> None:
    server = servers()
    assert send(server) == [0]
    (mail,) = server.accepted
    assert mail.data == LETTER.data
    assert (mail.sender, mail.recipient) == ("mail FROM:<ada@example.org>", "rcpt TO:<bob@example.org>")
    assert server.log[0] == "ehlo [127.0.0.1]"


_POINTS = ("greeting", "EHLO", "MAIL", "RCPT", "DATA", "end")
_FAULTS: dict[str, tuple[str | bytes, str]] = {
    "close": (CLOSE, "closed the connection"),
    "reset": (RESET, "closed the connection"),
    "hang": (HANG, "took longer than 0.3 s"),
    "drip": (b"2", "took longer than 0.3 s|sends a reply that is too long"),
    "endless reply": (b"250-more\r\n", "sends a reply that is too long|took longer than 0.3 s"),
    "garbage": ("\x00\x01 what", "does not speak SMTP"),
    "no number": ("two fifty", "does not speak SMTP"),
    "a long line": ("250 " + "x" * 100_000, "sends a reply that is too long"),
    "a code of another kind": ("999 what", "does not speak SMTP"),
    "later": ("451 come back", "451 come back"),
    "never": ("554 go away\x1b[31m", "554 go away"),
    "an intermediate reply": ("399 what", "does not speak SMTP"),
}


@pytest.mark.parametrize("fault", _FAULTS)
@pytest.mark.parametrize("point", _POINTS)
def test_a_fault_is_one_line_and_says_whether_the_mail_may_have_arrived(
    servers: Callable[..., MailServer], point: str, fault: str
) -> None:
    server = servers()
    reply, message = _FAULTS[fault]
    server.replies[point] = reply
    calls: list[int] = []
    timeout = 0.3 if "0.3" in message else 20
    with pytest.raises(MailError, match=message) as raised:
        send(server, timeout=timeout, before_end=lambda: calls.append(len(server.accepted)))
    is_refusal = isinstance(reply, str) and reply[:1] in "45"
    assert isinstance(raised.value, UnconfirmedError) == (point == "end" and not is_refusal)
    assert str(raised.value).startswith(f"127.0.0.1:{server.port} ")
    assert str(raised.value).isprintable()
    assert ("nothing was sent" in str(raised.value)) == (not isinstance(raised.value, UnconfirmedError))
    assert calls == ([0] if point == "end" else [])
    assert len(server.accepted) == isinstance(raised.value, UnconfirmedError)


@pytest.mark.parametrize("reply", [CLOSE, RESET, HANG, "554 no", "garbage"])
def test_a_fault_after_the_last_reply_does_not_matter(servers: Callable[..., MailServer], reply: str) -> None:
    server = servers()
    server.replies["QUIT"] = reply
    send(server, timeout=0.3 if reply == HANG else 20)
    assert len(server.accepted) == 1


def test_an_error_before_the_end_leaves_the_mail_unsent(servers: Callable[..., MailServer]) -> None:
    server = servers()

    def fail() -> None:
        raise DiskError("full")

    with pytest.raises(DiskError):
        send(server, before_end=fail)
    assert server.accepted == []


def test_no_server() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        target = smtp.MailServer("127.0.0.1", bound.getsockname()[1], "none", 20)
        with pytest.raises(MailError, match="refused the connection"):
            smtp.send(target, None, LETTER, lambda: None)


@pytest.mark.parametrize("host", ["a..b", "x" * 300, "no-such-host.invalid"])
def test_no_such_host(host: str) -> None:
    target = smtp.MailServer(host, 25, "starttls", 20)
    with pytest.raises(MailError, match=r"not found|not a valid host"):
        smtp.send(target, None, LETTER, lambda: None)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_password_goes_only_over_tls(
    servers: Callable[..., MailServer], trust: ssl.SSLContext, security: str
) -> None:
    server = servers(**{security: context()})
    send(server, security, login=LOGIN, tls=trust)
    assert len(server.accepted) == 1
    assert password_in(server.log) == {LOGIN.user: LOGIN.password}
    clear = [line.upper() for line, is_tls in zip(server.log, server.is_tls, strict=True) if not is_tls]
    assert clear == (["EHLO [127.0.0.1]", "STARTTLS"] if security == "starttls" else [])


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize(
    ("certificate", "reason"),
    [
        (context(authority=trustme.CA()), "unable to get local issuer certificate"),
        (context("other.example"), "IP address mismatch"),
    ],
    ids=["self-signed", "wrong host"],
)
def test_an_invalid_certificate_gets_no_password_and_no_mail(
    servers: Callable[..., MailServer], trust: ssl.SSLContext, security: str, certificate: ssl.SSLContext, reason: str
) -> None:
    server = servers(**{security: certificate})
    with pytest.raises(MailError, match=f"invalid certificate: .*{reason}.*nothing was sent"):
        send(server, security, login=LOGIN, tls=trust)
    assert {"AUTH", "MAIL"}.isdisjoint(server.commands())


def test_a_server_without_starttls_gets_nothing(servers: Callable[..., MailServer], trust: ssl.SSLContext) -> None:
    server = servers()
    with pytest.raises(MailError, match="offers no STARTTLS"):
        send(server, "starttls", login=LOGIN, tls=trust)
    assert server.commands() == ["EHLO"]


def test_a_refused_starttls_gets_nothing(servers: Callable[..., MailServer], trust: ssl.SSLContext) -> None:
    server = servers(starttls=context())
    server.replies["STARTTLS"] = "454 not now"
    server.extensions.append("STARTTLS")
    with pytest.raises(MailError, match=r"closed the connection|refuses STARTTLS: 454 not now|failed at TLS"):
        send(server, "starttls", login=LOGIN, tls=trust)
    assert {"AUTH", "MAIL"}.isdisjoint(server.commands())


def test_a_reply_before_tls_does_not_count_after_it(servers: Callable[..., MailServer], trust: ssl.SSLContext) -> None:
    """An attacker in the middle may add a reply in clear text to that of STARTTLS."""
    server = servers(starttls=context())
    server.replies["STARTTLS"] = "220 go on\r\n250-injected\r\n250 AUTH LOGIN"
    with contextlib.suppress(MailError):
        send(server, "starttls", login=LOGIN, tls=trust)
    assert not any(line.startswith("AUTH LOGIN") for line in server.log)


def test_no_password_without_tls(servers: Callable[..., MailServer]) -> None:
    server = servers()
    with pytest.raises(MailError, match=r"no password is sent to .* without TLS"):
        send(server, "none", login=LOGIN)
    assert "AUTH" not in server.commands()


def test_a_port_without_tls(servers: Callable[..., MailServer], trust: ssl.SSLContext) -> None:
    with pytest.raises(MailError, match="failed at TLS"):
        send(servers(), "tls", login=LOGIN, tls=trust)


def test_a_port_that_expects_tls_from_the_start(servers: Callable[..., MailServer], trust: ssl.SSLContext) -> None:
    with pytest.raises(MailError, match=r"took longer than 0\.3 s|closed the connection"):
        send(servers(tls=context()), "starttls", timeout=0.3, login=LOGIN, tls=trust)


def test_a_refused_password_is_not_repeated(servers: Callable[..., MailServer], trust: ssl.SSLContext) -> None:
    server = servers(tls=context())
    server.replies["AUTH"] = f"535 no user {LOGIN.user} with {LOGIN.password}"
    with pytest.raises(MailError, match=r"refuses the user or the password: 535 \(nothing was sent") as raised:
        send(server, "tls", login=LOGIN, tls=trust)
    assert LOGIN.password not in str(raised.value)
    assert server.accepted == []


def test_a_server_that_takes_no_password(servers: Callable[..., MailServer], trust: ssl.SSLContext) -> None:
    server = servers(tls=context())
    server.extensions.remove("AUTH PLAIN")
    with pytest.raises(MailError, match="takes no password"):
        send(server, "tls", login=LOGIN, tls=trust)


def test_a_password_outside_ascii_is_sent_in_utf_8(servers: Callable[..., MailServer], trust: ssl.SSLContext) -> None:
    server = servers(tls=context())
    server.extensions = ["AUTH CRAM-MD5 PLAIN"]
    send(server, "tls", login=Login("ada", "gehëim"), tls=trust)
    assert password_in(server.log) == {"ada": "gehëim"}
    server.replies["AUTH"] = "535 no"
    with pytest.raises(MailError, match="refuses the user or the password: 535"):
        send(server, "tls", login=Login("ada", "gehëim"), tls=trust)
    server.extensions = ["AUTH LOGIN"]
    with pytest.raises(MailError, match="outside ASCII"):
        send(server, "tls", login=Login("ada", "gehëim"), tls=trust)
    assert len(server.accepted) == 1
