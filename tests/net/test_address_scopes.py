"""`readq.net.address_scopes`: the scope of addresses, and the scope that a request may reach."""

import httpx
import pytest

from readq.net.address_scopes import Origin, Scope, is_loopback, origin_of, proxy_for, scope_allowed, scope_of


def origin(url: str) -> Origin:
    return origin_of(httpx.URL(url))


@pytest.mark.parametrize(
    ("address", "scope"),
    [
        ("93.184.216.34", Scope.PUBLIC),
        ("2606:2800:220:1::1", Scope.PUBLIC),
        ("64:ff9b::5db8:d822", Scope.PUBLIC),
        ("10.1.2.3", Scope.ANY),
        ("172.31.255.255", Scope.ANY),
        ("192.168.0.1", Scope.ANY),
        ("100.64.0.1", Scope.ANY),
        ("fd00::1", Scope.ANY),
        ("::ffff:192.168.0.1", Scope.ANY),
        ("64:ff9b::a00:1", Scope.ANY),
        ("2002:a00:1::1", Scope.ANY),
        # A private NAT64 and the obsolete form with an IPv4 address: never public, whatever the IPv4 address.
        ("64:ff9b:1::a00:1", Scope.ANY),
        ("64:ff9b:1::5db8:d822", Scope.ANY),
        ("64:ff9b:1:a00:1::", Scope.ANY),
        ("64:ff9b:1::7f00:1", Scope.ANY),
        ("64:ff9b:1::a9fe:a9fe", Scope.ANY),
        ("::10.0.0.1", Scope.ANY),
        ("::8.8.8.8", Scope.ANY),
        ("::127.0.0.1", Scope.ANY),
        ("::169.254.169.254", Scope.ANY),
        ("2001:0:4136:e378:8000:63bf:f5ff:fffe", Scope.ANY),
        ("fec0::1", Scope.ANY),
        ("3fff::1", Scope.ANY),
        ("5f00::1", Scope.ANY),
        ("192.0.0.8", Scope.ANY),
        ("127.0.0.1", Scope.ANY),
        ("127.9.9.9", Scope.ANY),
        ("0.0.0.0", Scope.ANY),
        ("::", Scope.ANY),
        ("::1", Scope.ANY),
        ("::ffff:127.0.0.1", Scope.ANY),
        ("64:ff9b::7f00:1", Scope.ANY),
        ("169.254.169.254", Scope.ANY),
        ("fe80::1", Scope.ANY),
        ("fe80::1%eth0", Scope.ANY),
        ("224.0.0.1", Scope.ANY),
        ("ff02::1", Scope.ANY),
        ("255.255.255.255", Scope.ANY),
        ("198.18.0.1", Scope.ANY),
    ],
)
def test_where_an_address_lies(address: str, scope: Scope) -> None:
    assert scope_of(address) is scope


@pytest.mark.parametrize(
    ("target", "home", "scope"),
    [
        ("https://papers.example/x", None, Scope.PUBLIC),
        ("http://127.0.0.1:8000/x", None, Scope.PUBLIC),
        ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000/feed", Scope.ANY),
        ("http://127.0.0.1:8001/x", "http://127.0.0.1:8000/feed", Scope.PUBLIC),
        ("http://localhost:8000/x", "http://127.0.0.1:8000/feed", Scope.PUBLIC),
        ("http://nas:8000/x", "http://nas:8000/feed", Scope.ANY),
        ("http://nas.local/x", "http://nas.local/feed", Scope.ANY),
        ("https://nas.local/x", "http://nas.local/feed", Scope.ANY),
        ("http://nas.local/x", "https://nas.local/feed", Scope.PUBLIC),
        ("https://papers.example/x", "https://papers.example/feed", Scope.PUBLIC),
        ("https://wiki.company.example/x", "https://wiki.company.example/feed", Scope.ANY),
        ("https://wiki.company.example/x", "https://papers.example/feed", Scope.PUBLIC),
        ("https://wiki.company.example/x", None, Scope.PUBLIC),
        ("https://papers.example/x", "https://wiki.company.example/feed", Scope.PUBLIC),
        ("http://127.0.0.1:9000/works", None, Scope.ANY),
        ("http://127.0.0.1:9000/works", "https://papers.example/", Scope.ANY),
    ],
)
def test_the_scope_that_a_request_may_reach(target: str, home: str | None, scope: Scope) -> None:
    trusted = [origin("http://127.0.0.1:9000")]
    assert scope_allowed(origin(target), origin(home) if home else None, trusted, ["wiki.company.example"]) is scope


def test_an_origin_is_shown_without_credentials_and_as_punycode() -> None:
    assert origin("http://user:pw@Papers.Example./x").display == "papers.example"
    assert origin("https://papers.example:8443/").display == "papers.example:8443"
    assert origin("https://p\u0430pers.example/").display == "xn--ppers-4ve.example"
    assert origin("http://[::1]:8000/").display == "[::1]:8000"


@pytest.mark.parametrize(
    ("host", "is_here"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("a.localhost", True), ("10.0.0.1", False), ("x", False)],
)
def test_loopback_by_name(host: str, is_here: bool) -> None:
    assert is_loopback(host) is is_here


@pytest.mark.parametrize(
    ("url", "environ", "proxy"),
    [
        ("https://papers.example", {}, None),
        ("https://papers.example", {"HTTPS_PROXY": "http://proxy:3128"}, "http://proxy:3128"),
        ("https://papers.example", {"https_proxy": "proxy:3128"}, "http://proxy:3128"),
        ("http://papers.example", {"HTTPS_PROXY": "http://proxy:3128"}, None),
        ("http://papers.example", {"HTTP_PROXY": "http://proxy:3128", "ALL_PROXY": "socks5://x"}, "http://proxy:3128"),
        ("http://127.0.0.1:8000", {"HTTP_PROXY": "http://proxy:3128"}, None),
        ("http://localhost", {"HTTP_PROXY": "http://proxy:3128"}, None),
        ("http://papers.example", {"HTTP_PROXY": "http://proxy", "NO_PROXY": "*"}, None),
        ("http://papers.example", {"HTTP_PROXY": "http://proxy", "NO_PROXY": "a.b, .Example"}, None),
        ("http://papers.example", {"HTTP_PROXY": "http://proxy", "NO_PROXY": "papers.example:80"}, None),
        ("http://papers.example", {"HTTP_PROXY": "http://proxy", "NO_PROXY": "papers.example:81"}, "http://proxy"),
        ("http://papers.example", {"HTTP_PROXY": "http://proxy", "NO_PROXY": "pers.example,,"}, "http://proxy"),
    ],
)
def test_the_proxy_of_a_target(url: str, environ: dict[str, str], proxy: str | None) -> None:
    assert proxy_for(origin(url), environ) == proxy
