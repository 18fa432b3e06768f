"""The addresses of the servers that readq contacts. A setting or an environment variable can replace each address."""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from readq.errors import ConfigError
from readq.nearest_name import suggestion
from readq.text import quoted

_ORIGIN = r"https?://[^\s/?#@]+/?"


class Endpoints(NamedTuple):
    """The origin of each server: scheme, host and optional port, without a slash at the end. A field is one server."""

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
    """Return the origin to use for each server.

    For a server NAME, use `READQ_NAME_URL` in `environ` if it is set, else the entry in `settings`, else the default.
    `settings` is the table `[endpoints]` of the config file. Raises ConfigError for an unknown name in `settings`.
    Raises ConfigError for a value that is not an origin.
    """
    for name in settings:
        if name not in Endpoints._fields:
            hint = suggestion(name, Endpoints._fields, f"known: {', '.join(Endpoints._fields)}")
            raise ConfigError(f"[endpoints] there is no service {quoted(name)}", hint)
    found = dict(settings)
    for name in Endpoints._fields:
        if override := environ.get(f"READQ_{name.upper()}_URL"):
            found[name] = override
    for name, origin in found.items():
        if not re.fullmatch(_ORIGIN, origin):
            raise ConfigError(
                f"the address of {name} is not an origin: {quoted(origin)}", "write it as https://example.org"
            )
    return Endpoints(**{name: origin.rstrip("/") for name, origin in found.items()})


def service_of(url: str, origins: Endpoints) -> str:
    """Return the name of the web service whose rate limit applies to `url`.

    For a server in `origins`, the name is the part of the server's name before `_`. So the three servers of arXiv have
    one name, `arxiv`. For any other server, the name is the host, with the port if the URL has one. For an invalid URL,
    the name is the URL itself.
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
            return name.partition("_")[0]
    return host if port is None else f"{host}:{port}"
