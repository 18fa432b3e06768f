"""The URLs of the servers that readq contacts. A setting or an environment variable can replace each URL."""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from readq.errors import ConfigError
from readq.nearest_name import suggestion
from readq.text import quoted

_ORIGIN = r"https?://[^\s/?#@]+/?"


class Endpoints(NamedTuple):
    """The origins of the servers that readq contacts, by the server's name in readq.

    An origin is a scheme, a host and an optional port, without a slash at the end.
    """

    huggingface: str = "https://huggingface.co"
    arxiv: str = "https://arxiv.org"
    arxiv_api: str = "https://export.arxiv.org"
    arxiv_rss: str = "https://rss.arxiv.org"
    crossref: str = "https://api.crossref.org"
    datacite: str = "https://api.datacite.org"
    doi: str = "https://doi.org"
    semanticscholar: str = "https://api.semanticscholar.org"
    openalex: str = "https://api.openalex.org"
    openreview: str = "https://openreview.net"
    acl: str = "https://aclanthology.org"
    biorxiv: str = "https://api.biorxiv.org"
    zotero: str = "http://localhost:23119"


def endpoints(settings: Mapping[str, str], environ: Mapping[str, str]) -> Endpoints:
    """Return the origin to use for each server. An origin is a scheme, a host and an optional port.

    Each server has an environment variable, READQ_{NAME}_URL with its name in upper case. If the variable is not set,
    the server's entry in `settings` is used, or else the default. `settings` is the table `[endpoints]` of the config
    file. Raises ConfigError for an unknown name in `settings`, and for a value that is not an origin.
    """
    for name in settings:
        if name not in Endpoints._fields:
            hint = suggestion(name, Endpoints._fields, f"known: {', '.join(Endpoints._fields)}")
            what = f"[endpoints] there is no service {quoted(name)}"
            raise ConfigError(what, hint, setting=f"endpoints.{name}")
    found = dict(settings)
    for name in Endpoints._fields:
        if override := environ.get(f"READQ_{name.upper()}_URL"):
            found[name] = override
    for name, origin in found.items():
        if not re.fullmatch(_ORIGIN, origin):
            raise ConfigError(
                f"the URL of {name} is not an origin: {quoted(origin)}", "write it as https://example.org"
            )
    return Endpoints(**{name: origin.rstrip("/") for name, origin in found.items()})


def check_delays(delays: Mapping[str, float]) -> None:
    """Raise ConfigError if `delays`, the table `[delays]` of the config file, has a name that no web service can have.

    `service_of` returns the names of web services: a name in readq such as `arxiv`, or a host such as `example.org`.
    """
    known = list(dict.fromkeys(map(_service, Endpoints._fields)))
    for name in delays:
        if name not in known and not re.search(r"[.:]|^localhost$", name):
            hint = suggestion(name, known, f"known: {', '.join(known)}, and hosts such as example.org")
            raise ConfigError(f"[delays] there is no service {quoted(name)}", hint, setting=f"delays.{name}")


def _service(name: str) -> str:
    return name.partition("_")[0]


def service_of(url: str, origins: Endpoints) -> str:
    """Return the name of the web service whose rate limit applies to `url`.

    For a server in `origins`, it is the name of the server's field up to the first `_`. For example, the three servers
    of arXiv have one rate limit with the name `arxiv`. For any other server, it is the host, with the port if the URL
    has one. For an invalid URL, it is the URL itself.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or url).rstrip(".")
        port = parts.port
    except ValueError:
        return url
    for name, origin in zip(Endpoints._fields, origins, strict=True):
        endpoint = urlsplit(origin)
        if (host, port) == (endpoint.hostname, endpoint.port):
            return _service(name)
    return host if port is None else f"{host}:{port}"
