"""Distinguish DOIs of preprints from DOIs of publishers, and remove the version from the DOI of a preprint.

The prefix of a DOI tells who registered it. This module lists the prefixes of preprint servers and repositories.
"""

import re

# Cold Spring Harbor's journals share bioRxiv's prefix; theirs begin with letters: 10.1101/gr.123.
_PREPRINT = (
    r"10\.(?:1101/[0-9]|64898/[0-9]|48550/|21203/|2139/ssrn|20944/preprints|26434/|31234/|31235/|31219/|31222/|36227/"
    r"|22541/|33774/|35542/|32388/|32942/|14293/|5281/|17605/|6084/|13140/)"
)
_VERSION = (
    # bioRxiv and medRxiv, also with what their addresses append.
    (r"(10\.(?:1101|64898)/[0-9][0-9.]*[0-9])(?:v[0-9]+)?(?:\.(?:full|abstract|article|supp|pdf|txt|short)\S*)?"),
    r"(10\.21203/rs\.[0-9]+\.\S+?)/v[0-9]+(?:\.pdf)?",
    r"(10\.20944/preprints[0-9.]+?)\.v[0-9]+",
    r"(10\.26434/chemrxiv\S+?)(?:-v[0-9]+|\.v[0-9]+)",
    r"(10\.(?:36227/techrxiv|31224|35542|33774)\S+?)(?:[.-]v[0-9]+)",
    r"(10\.22541/\S+?)/v[0-9]+",
    r"(10\.(?:31234|31235|31219)/osf\.io/[a-z0-9]+)_v[0-9]+",
    r"(10\.12688/[a-z]+\.[0-9]+)\.[0-9]+",
)

_SERVERS_WITH_VERSIONS = ("10.1101/", "10.64898/", "10.2", "10.3", "10.12688/")


def is_preprint_doi(doi: str) -> bool:
    """Return whether the normalised DOI `doi` was registered by a preprint server or by a repository such as Zenodo.

    The same work may have a publisher's DOI as well.
    """
    return re.match(_PREPRINT, doi) is not None


def without_version(doi: str) -> str:
    """Return the normalised DOI `doi` without the version that some preprint servers append, such as `v2`.

    A DOI without a version is returned unchanged.
    """
    for pattern in _VERSION if doi.startswith(_SERVERS_WITH_VERSIONS) else ():
        if found := re.fullmatch(pattern, doi):
            return found[1]
    return doi
