"""The servers that readq talks to: origins, each of which a setting or a variable of the environment may replace."""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from readq.errors import ConfigError

_ORIGIN = r"https?://[^\s/?#@]+/?"


class Endpoints(NamedTuple):
    """Origins without a slash at the end."""

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


def endpoints(settings: Mapping[str, str], environ: Mapping[str, str]) -> Endpoints:
    """The origins in force: `READQ_NAME_URL` of the environment, then `[endpoints]` of the config, then the defaults.

    Raises ConfigError for an unknown name under `[endpoints]`, and for what is no origin.
    """
    for name in settings:
        if name not in Endpoints._fields:
            raise ConfigError(f"[endpoints] there is no service {name!r}", f"known are {', '.join(Endpoints._fields)}")
    found = dict(settings)
    for name in Endpoints._fields:
        if own := environ.get(f"READQ_{name.upper()}_URL"):
            found[name] = own
    for name, origin in found.items():
        if not re.fullmatch(_ORIGIN, origin):
            raise ConfigError(f"the address of {name} is not an origin: {origin!r}", "write it as https://example.org")
    return Endpoints(**{name: origin.rstrip("/") for name, origin in found.items()})


def service_of(url: str, origins: Endpoints) -> str:
    """Whom a request to `url` asks, for politeness: the service of an endpoint (`arxiv` for its three), else the host.

    Of two endpoints with one origin the first named counts; an address that cannot be read is its own service.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or url).rstrip(".")
        port = parts.port
    except ValueError:
        return url
    for name, origin in zip(Endpoints._fields, origins, strict=True):
        known = urlsplit(origin)
        if (host, port) == (known.hostname, known.port):
            return name.partition("_")[0]
    return host if port is None else f"{host}:{port}"
