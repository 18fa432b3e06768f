"""Which computers may be talked to: a feed must not reach into the reader's own network. Pure.

The check is made on the address that is connected to, not on the name: a name can be made to point anywhere, and
to another place each time that it is asked for.
"""

import ipaddress
from collections.abc import Collection, Mapping
from enum import IntEnum
from typing import NamedTuple

import httpx

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_INTRANETS = [
    ipaddress.ip_network(network)
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
]
_LOCAL_ENDINGS = (".localhost", ".local", ".lan", ".internal", ".intranet", ".home", ".corp", ".private", ".home.arpa")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Scope(IntEnum):
    """How far inside an address lies, and how far inside a request may go."""

    PUBLIC = 0
    INTRANET = 1  # the private networks of houses and companies
    ANY = 2  # this computer, link-local (where clouds keep credentials), reserved


class Origin(NamedTuple):
    """Where a URL points: `host` in lower case, names as punycode."""

    scheme: str
    host: str
    port: int

    @property
    def shown(self) -> str:
        """For messages: the host, and its port unless it is the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS.get(self.scheme) else f"{host}:{self.port}"


def origin_of(url: httpx.URL) -> Origin:
    """The origin of a URL."""
    host = url.raw_host.decode("ascii").lower().rstrip(".")
    return Origin(url.scheme, host, url.port or _DEFAULT_PORTS.get(url.scheme, 0))


def scope_of(address: str) -> Scope:
    """The scope in which an IP address lies; an IPv4 address inside an IPv6 one is what counts."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = inner or ip
    if any(ip in network for network in _INTRANETS if network.version == ip.version):
        return Scope.INTRANET
    return Scope.PUBLIC if ip.is_global and not ip.is_multicast else Scope.ANY


def scope_allowed(target: Origin, home: Origin | None, trusted: Collection[Origin]) -> Scope:
    """How far inside a request to `target` may go. `trusted` are origins out of the settings.

    A private host is talked to only where the reader named it, port included. Of a `home` with a name that could be
    anybody's, an address inside a company is believed, this computer's is not: whoever owns the name chose it.
    """
    if any(_is_same(target, origin) for origin in trusted):
        return Scope.ANY
    if home is None or not _is_same(target, home):
        return Scope.PUBLIC
    return Scope.ANY if is_address(target.host) or is_local_name(target.host) else Scope.INTRANET


def _is_same(target: Origin, named: Origin) -> bool:
    # From http to https on one host, both on their usual ports, is a usual redirect.
    return target.host == named.host and (
        target.port == named.port or (named.scheme == "http" and named.port == 80 and target.port == 443)
    )


def is_address(host: str) -> bool:
    """Whether a host is an IP address rather than a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_local_name(host: str) -> bool:
    """Whether a name can only mean a computer nearby."""
    return "." not in host or host.endswith(_LOCAL_ENDINGS)


def is_loopback(host: str) -> bool:
    """Whether a host is this computer, by what it is called."""
    if is_address(host):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost" or host.endswith(".localhost")


def proxy_for(target: Origin, environ: Mapping[str, str]) -> str | None:
    """The proxy of `HTTP_PROXY` or `HTTPS_PROXY` for a request, None without one or where `NO_PROXY` names the host.

    Names in lower case count first. This computer is never asked through a proxy.
    """

    def variable(name: str) -> str:
        return environ.get(name.lower()) or environ.get(name) or ""

    proxy = variable(f"{target.scheme.upper()}_PROXY")
    if not proxy or is_loopback(target.host):
        return None
    if any(_is_spared(target, entry.strip().lower()) for entry in variable("NO_PROXY").split(",")):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _is_spared(target: Origin, entry: str) -> bool:
    """Whether an entry of NO_PROXY names a host: itself, a domain above it, with or without a port, or `*` for all."""
    bare = entry.removeprefix("*").lstrip(".")
    if not bare:
        return entry == "*"
    names = (target.host, f"{target.host}:{target.port}")
    return any(name == bare or name.endswith(f".{bare}") for name in names)
