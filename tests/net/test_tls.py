"""TLS: nothing is sent to a server without a valid certificate."""

import datetime
import ssl
from collections.abc import Callable

import pytest
import trustme
from loopback import Loopback

from readq.net.client import Client
from readq.net.fetcher import FetchError, Request

Make = Callable[..., Client]

AUTHORITY = trustme.CA()
LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


def serving(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@pytest.fixture
def tls() -> ssl.SSLContext:
    """A context that trusts only AUTHORITY."""
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    return context


async def test_a_valid_certificate(client: Make, loopbacks: Callable[..., Loopback], tls: ssl.SSLContext) -> None:
    server = loopbacks({"/": b"safe"}, tls=serving(AUTHORITY.issue_cert("127.0.0.1")))
    async with client(tls=tls) as opened:
        answers = [await opened.fetch(Request(f"{server.url}/", "x", user_url=server.url)) for _ in range(2)]
    assert [answer.body for answer in answers] == [b"safe", b"safe"]


@pytest.mark.parametrize(
    ("certificate", "reason"),
    [
        pytest.param(trustme.CA().issue_cert("127.0.0.1"), "unable to get local issuer certificate", id="self-signed"),
        pytest.param(AUTHORITY.issue_cert("other.example"), "IP address mismatch", id="wrong host"),
        pytest.param(
            AUTHORITY.issue_cert("127.0.0.1", not_before=LONG_AGO, not_after=LONG_AGO + datetime.timedelta(days=90)),
            "certificate has expired",
            id="expired",
        ),
    ],
)
async def test_an_invalid_certificate(
    client: Make,
    loopbacks: Callable[..., Loopback],
    tls: ssl.SSLContext,
    certificate: trustme.LeafCert,
    reason: str,
) -> None:
    server = loopbacks({"/": b"secret"}, tls=serving(certificate))
    async with client(tls=tls, allow_private=True) as opened:
        with pytest.raises(FetchError) as refused:
            await opened.fetch(Request(f"{server.url}/", "x", user_url=server.url))
    said = str(refused.value)
    assert said.startswith(f"127.0.0.1:{server.port} has an invalid certificate: ")
    assert reason in said
    assert said.endswith("(nothing was sent to it)")
    assert server.log == []


async def test_by_default_only_public_authorities_are_trusted(client: Make, loopbacks: Callable[..., Loopback]) -> None:
    server = loopbacks({"/": b"secret"}, tls=serving(AUTHORITY.issue_cert("127.0.0.1")))
    async with client() as opened:
        with pytest.raises(FetchError, match="an invalid certificate"):
            await opened.fetch(Request(f"{server.url}/", "x", user_url=server.url))


async def test_plain_http_where_tls_was_expected(client: Make, loopback: Loopback) -> None:
    url = loopback.url.replace("http:", "https:")
    async with client() as opened:
        with pytest.raises(FetchError, match=r"the TLS handshake with .* failed"):
            await opened.fetch(Request(f"{url}/", "x", user_url=url))


async def test_a_redirect_from_https_to_http_is_refused(
    client: Make, loopback: Loopback, loopbacks: Callable[..., Loopback], tls: ssl.SSLContext
) -> None:
    from loopback import Reply

    away = {"/": Reply(status=301, headers={"Location": f"{loopback.url}/"})}
    server = loopbacks(away, tls=serving(AUTHORITY.issue_cert("127.0.0.1")))
    async with client(tls=tls, allow_private=True) as opened:
        with pytest.raises(FetchError, match="redirects from https to http"):
            await opened.fetch(Request(f"{server.url}/", "x", user_url=server.url))
    assert loopback.log == []
