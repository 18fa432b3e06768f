"""Decide which IP addresses a request may connect to, so that no feed can reach into the user's own network.

Every connection checks the IP address, not the host name. A name can resolve to any address, and to another address at
each look-up. The functions here send nothing and resolve no names.
"""

import ipaddress
from collections.abc import Collection, Mapping
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import httpx

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# The prefix of translators in private networks (RFC 8215), and obsolete IPv4-compatible addresses (RFC 4291, 2.5.5.1).
_PRIVATE_TRANSLATION = [ipaddress.IPv6Network(network) for network in ("64:ff9b:1::/48", "::/96")]
# Reserved, but global for some versions of `ipaddress`: protocol assignments, site-local, documentation, SRv6.
_RESERVED = [ipaddress.ip_network(network) for network in ("192.0.0.0/24", "fec0::/10", "3fff::/20", "5f00::/16")]
_LOCAL_SUFFIXES = (".localhost", ".local", ".lan", ".internal", ".intranet", ".home", ".corp", ".private", ".home.arpa")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Scope(IntEnum):
    """A set of IP addresses: PUBLIC contains only the public addresses, ANY contains all addresses.

    For a request, the scope is the set of addresses that it may connect to. For an address, it is the smallest set that
    contains the address.
    """

    PUBLIC = 0
    ANY = 1  # also private networks, this computer, link-local (clouds serve credentials there) and reserved addresses


class Origin(NamedTuple):
    """The scheme, host and port of a URL. The host is in lower case. An international host name is in punycode."""

    scheme: str
    host: str
    port: int

    @property
    def display(self) -> str:
        """The host as text for messages, followed by the port unless it is the default port of the scheme."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS.get(self.scheme) else f"{host}:{self.port}"


def origin_of(url: "httpx.URL") -> Origin:
    """Return the scheme, host and port of a URL."""
    host = url.raw_host.decode("ascii").lower().rstrip(".")
    return Origin(url.scheme, host, url.port or _DEFAULT_PORTS.get(url.scheme, 0))


def scope_of(address: str) -> Scope:
    """Return PUBLIC if an IP address is public. Return ANY for any other address.

    An IPv6 address that embeds an IPv4 address is public if the IPv4 address is public. But the result is ANY for an
    address that only a translator (NAT64) in a private network can reach.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        last = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if any(ip in network for network in _PRIVATE_TRANSLATION) and int(ip) > 1:
            return Scope.ANY
        ip = last if ip in _NAT64 else inner or ip
    is_reserved = any(ip in network for network in _RESERVED if network.version == ip.version)
    return Scope.PUBLIC if ip.is_global and not ip.is_multicast and not is_reserved else Scope.ANY


def scope_allowed(
    target: Origin, user_origin: Origin | None, configured: Collection[Origin], private_hosts: Collection[str] = ()
) -> Scope:
    """Return the scope of a request to the origin `target`: the IP addresses that the request may connect to.

    The scope is ANY in two cases, and PUBLIC in all others:

    - `target` is one of `configured`, the origins in the settings.
    - `target` has a private host, and is `user_origin`, the origin of the URL that the user entered for a feed.

    A host is private if it is in `private_hosts`, or if `is_private_host` is true for it. So a request to a public host
    name that is not in `configured` never connects to a private IP address, even if the name resolves to one.
    """
    if any(_is_same(target, origin) for origin in configured):
        return Scope.ANY
    if user_origin is None or not _is_same(target, user_origin):
        return Scope.PUBLIC
    return Scope.ANY if is_private_host(target.host) or target.host in private_hosts else Scope.PUBLIC


def _is_same(target: Origin, named: Origin) -> bool:
    # A redirect from http to https on the default ports of one host is common.
    return target.host == named.host and (
        target.port == named.port or (named.scheme == "http" and named.port == 80 and target.port == 443)
    )


def is_address(host: str) -> bool:
    """Return whether `host` is an IP address. Otherwise it is a host name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_private_host(host: str) -> bool:
    """Return whether `host` is an IP address that is not public, or a name of a local network.

    A name belongs to a local network if it has no dot, or if it ends in `.local` or a similar suffix.
    """
    if is_address(host):
        return scope_of(host) > Scope.PUBLIC
    return "." not in host or host.endswith(_LOCAL_SUFFIXES)


def is_loopback(host: str) -> bool:
    """Return whether a host is this computer: a loopback address, `localhost` or a name that ends in `.localhost`."""
    if is_address(host):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost" or host.endswith(".localhost")


def proxy_for(target: Origin, environ: Mapping[str, str]) -> str | None:
    """Return the URL of the proxy for requests to `target`. Return None for a direct connection.

    The variables `HTTP_PROXY` and `HTTPS_PROXY` in `environ` name the proxies for the two schemes. A variable in lower
    case overrides the one in upper case. Loopback hosts and the hosts in `NO_PROXY` are reached directly.
    """

    def variable(name: str) -> str:
        return environ.get(name.lower()) or environ.get(name) or ""

    proxy = variable(f"{target.scheme.upper()}_PROXY")
    if not proxy or is_loopback(target.host):
        return None
    if any(_is_excluded(target, entry.strip().lower()) for entry in variable("NO_PROXY").split(",")):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _is_excluded(target: Origin, entry: str) -> bool:
    """Return whether an entry of NO_PROXY covers a host: it is the host, a domain above it, or `*`.

    A host or a domain may have the port.
    """
    bare = entry.removeprefix("*").lstrip(".")
    if not bare:
        return entry == "*"
    names = (target.host, f"{target.host}:{target.port}")
    return any(name == bare or name.endswith(f".{bare}") for name in names)
