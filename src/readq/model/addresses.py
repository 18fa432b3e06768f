"""Recognise the identifier of a paper in its web address at a publisher or service, by a table of hosts and patterns.

The identifier is text that `readq.model.identifiers` can parse: a DOI, an id such as `pmid:31452104`, or a URL. A
service can show one paper at several URLs. The table maps all of them to the same identifier.
"""

import re
from typing import NamedTuple


class _Place(NamedTuple):
    """A kind of address. `pattern` matches the part after the host. `spelling` is the address to use in its place.

    The groups of `pattern` are inserted in `spelling`.
    """

    hosts: str
    pattern: str
    spelling: str


_PMC = r"https://pmc.ncbi.nlm.nih.gov/articles/PMC\1"
_IEEE = r"https://ieeexplore.ieee.org/document/\1"
_PMLR = r"https://proceedings.mlr.press/\1/\2"
_USENIX = r"https://usenix.org/conference/\1/presentation/\2"
_END = r"/?(?:[?#]|$)"
_COLD_SPRING_ID = r"([0-9]{4}\.[0-9]{2}\.[0-9]{2}\.[0-9]{6,8}|[0-9]{6})(?:v[0-9]+)?(?:[.+][a-z-]+)*/?(?:[?#]|$)"
_ANY_DOI = r"(10\.[0-9]{4,9}(?:\.[0-9]+)*(?:/|%2[Ff])[^\s?#&]+)"
_PLACES = (
    # openRxiv's new prefix stands in the address; the old one is implied where it does not.
    _Place("biorxiv.org medrxiv.org", r"/content/(10\.64898/[0-9.]+[0-9])", r"\1"),
    _Place("biorxiv.org medrxiv.org", rf"/(?:\S*/)?{_COLD_SPRING_ID}", r"10.1101/\1"),
    _Place("researchsquare.com", r"/(?:article|files)/(rs-[0-9]+)(?:[/.?#]|$)", r"10.21203/rs.3.\1"),
    _Place(
        "nature.com",
        r"/articles/([A-Za-z0-9][A-Za-z0-9.-]*?)(?:\.pdf|\.epdf)?/?(?:/figures\S*)?(?:[?#]|$)",
        r"10.1038/\1",
    ),
    _Place("journals.aps.org", rf"/\S*?{_ANY_DOI}", r"\1"),
    _Place("journals.plos.org plosone.org", r"/\S*[?&]id=(10\.1371(?:/|%2[Ff])[A-Za-z0-9.]+)", r"\1"),
    _Place("journals.plos.org dx.plos.org", r"/(?:\S*/)?(10\.1371/[A-Za-z0-9.]+)", r"\1"),
    _Place("ssrn.com", r"/(?:\S*[?&/])?abstract(?:_id|Id|ID)?=([0-9]+)", r"10.2139/ssrn.\1"),
    _Place("ssrn.com", r"/sol3/Delivery\.cfm/(?:SSRN_ID)?([0-9]+)", r"10.2139/ssrn.\1"),
    _Place("pubmed.ncbi.nlm.nih.gov", r"/([0-9]{1,8})(?:[/?#]|$)", r"pmid:\1"),
    _Place("ncbi.nlm.nih.gov", r"/pubmed/([0-9]{1,8})(?:[/?#]|$)", r"pmid:\1"),
    _Place("europepmc.org", r"/(?:article|abstract)/(?:MED|med)/([0-9]{1,8})(?:[/?#]|$)", r"pmid:\1"),
    _Place("ncbi.nlm.nih.gov", r"/pmc/articles/(?:PMC|pmc)?([0-9]+)(?:[/?#]|$)", _PMC),
    _Place("pmc.ncbi.nlm.nih.gov", r"/articles/(?:PMC|pmc)([0-9]+)(?:[/?#]|$)", _PMC),
    _Place("europepmc.org", r"/(?:articles?|abstract)/(?:PMC/|pmc/)?(?:PMC|pmc)([0-9]+)(?:[/?#]|$)", _PMC),
    _Place("ieeexplore.ieee.org", r"/(?:abstract/|rest/)?document/([0-9]+)(?:[/?#]|$)", _IEEE),
    _Place("ieeexplore.ieee.org", r"/\S*[?&](?:ar|AR)[Nn]umber=0*([0-9]+)", _IEEE),
    _Place("ieeexplore.ieee.org", r"/iel[0-9x]+/(?:[0-9]+/)+0*([0-9]+)\.pdf", _IEEE),
    _Place(
        "proceedings.mlr.press",
        r"/(v[0-9]+|r[0-9]+)/([A-Za-z0-9_-]+)(?:\.html|/\2(?:-supp)?\.pdf|\.pdf)?/?(?:[?#]|$)",
        _PMLR,
    ),
    _Place("jmlr.org", r"/proceedings/papers/(v[0-9]+)/([A-Za-z0-9_-]+)\.(?:html|pdf)", _PMLR),
    _Place("raw.githubusercontent.com", r"/mlresearch/(v[0-9]+)/\S*/([A-Za-z0-9_-]+)\.pdf", _PMLR),
    _Place(
        "neurips.cc nips.cc",
        r"/(?:paper_files/)?paper/([0-9]{4})/(?:hash|file)/([0-9a-f]{32})",
        r"https://proceedings.neurips.cc/paper/\1/hash/\2",
    ),
    _Place("neurips.cc nips.cc", r"/paper/([0-9]+)-[^\s/?#]*", r"https://papers.nips.cc/paper/\1"),
    _Place(
        "openaccess.thecvf.com thecvf.com",
        r"/\S*?/([^\s/?#]+?)_(?:paper|supplemental)\.(?:html|pdf)",
        r"https://openaccess.thecvf.com/content/\1",
    ),
    _Place(
        "jmlr.org jmlr.csail.mit.edu",
        r"/(?:beta/)?papers/v(?:olume)?([0-9]+)/([A-Za-z0-9-]+)(?:/\2\.pdf|\.html|\.pdf)?/?(?:[?#]|$)",
        r"https://jmlr.org/papers/v\1/\2",
    ),
    _Place("usenix.org", r"/(?:legacy/)?conference/([a-z0-9]+)/presentation/([a-z0-9_-]+)", _USENIX),
    _Place(
        "usenix.org",
        r"/system/files/sec([0-9]{2}(?:summer|fall|winter|spring)?)[-_]([a-z0-9-]+?)(?:_[0-9]+)?\.pdf",
        r"https://usenix.org/conference/usenixsecurity\1/presentation/\2",
    ),
    _Place("usenix.org", r"/system/files/([a-z]+[0-9]{2})[-_]([a-z0-9-]+?)(?:_[0-9]+)?\.pdf", _USENIX),
    _Place(
        "aclanthology.org aclanthology.info aclweb.org",
        r"/\S*?\b([A-Z][0-9]{2}-[0-9]{4,5}|[0-9]{4}\.[a-z0-9_]+-[a-z0-9_]+\.[0-9]+)(?:[/.?#]|$)",
        r"acl:\1",
    ),
    _Place("semanticscholar.org", r"/p/([0-9]+)", r"corpusid:\1"),
    _Place("jstor.org", r"/stable/(?:pdf/)?([0-9]{4,9})(?:\.pdf)?(?:[/?#]|$)", r"10.2307/\1"),
    _Place("zenodo.org", r"/records?/([0-9]+)(?:[/?#]|$)", r"10.5281/zenodo.\1"),
    _Place("psyarxiv.com", r"/([a-z0-9]{5})(?:_v[0-9]+)?(?:[/?#]|$)", r"10.31234/osf.io/\1"),
    _Place("osf.io", r"/preprints/psyarxiv/([a-z0-9]{5})(?:_v[0-9]+)?(?:[/?#]|$)", r"10.31234/osf.io/\1"),
    _Place("preprints.org", r"/manuscript/([0-9]{6}\.[0-9]{4})(?:[/?#]|$)", r"10.20944/preprints\1"),
    _Place(
        "sciencedirect.com",
        r"/science/article/(?:abs/)?pii/([SB][0-9X()-]+)",
        r"https://sciencedirect.com/science/article/pii/\1",
    ),
    _Place(
        "linkinghub.elsevier.com",
        r"/retrieve/pii/([SB][0-9X()-]+)",
        r"https://sciencedirect.com/science/article/pii/\1",
    ),
    _Place("link.springer.com", rf"/content/pdf/{_ANY_DOI}\.pdf", r"\1"),
    _Place("frontiersin.org", rf"/(?:\S*/)?articles/{_ANY_DOI}/(?:full|abstract|pdf)", r"\1"),
    _Place("science.org pnas.org", rf"/doi/(?:\S*/)?{_ANY_DOI}", r"\1"),
)
"""The table of patterns: for each, its hosts, the pattern of the path, and the identifier that results.

The patterns are of addresses seen in feeds, bookmarks and bibliographies. No publisher or service documents them.
"""

_BY_HOST: dict[str, list[_Place]] = {}
for _each in _PLACES:
    for _host in _each.hosts.split():
        _BY_HOST.setdefault(_host, []).append(_each)

_LONGEST_HOST = 253
"""The maximum length of a host name, in characters (RFC 1035, 2.3.4)."""

_ADDRESS = r"(?i)https?://(?:www\.)?([^\s/?#@:]+)(?::[0-9]+)?(/\S*)"


def identifier_of_address(address: str) -> str | None:
    """Return the identifier in the web address of a paper, as text: a DOI, `pmid:N`, `acl:N` or `corpusid:N`.

    Some services give a paper several addresses and none of these identifiers. For such a service, the result is one
    standard address of the paper. Return None if no pattern in the table matches `address`.
    """
    found = re.fullmatch(_ADDRESS, address)
    if found is None or len(found[1]) > _LONGEST_HOST:
        return None
    host, rest = found[1].lower(), found[2]
    while "." in host:
        for place in _BY_HOST.get(host, ()):
            if match := re.match(place.pattern, rest, re.ASCII):
                return match.expand(place.spelling)
        host = host.partition(".")[2]
    return None
