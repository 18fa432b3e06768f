"""The servers that readq talks to: origins, each of which a setting or a variable of the environment may replace."""

from collections.abc import Mapping
from typing import NamedTuple

from readq.errors import ConfigError


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

    Raises ConfigError for an unknown name under `[endpoints]`.
    """
    for name in settings:
        if name not in Endpoints._fields:
            raise ConfigError(f"[endpoints] there is no service {name!r}", f"known are {', '.join(Endpoints._fields)}")
    found = dict(settings)
    for name in Endpoints._fields:
        if own := environ.get(f"READQ_{name.upper()}_URL"):
            found[name] = own
    return Endpoints(**{name: origin.rstrip("/") for name, origin in found.items()})
