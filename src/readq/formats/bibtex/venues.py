"""Distinguish journals from conferences by their names, because BibTeX has different entry types for their papers."""

import re
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache

from readq.model.citable import Citable
from readq.model.identifiers import year_of_arxiv_id
from readq.text import pattern


class VenueKind(StrEnum):
    """The kind of a venue. Each value is the BibTeX entry type for papers at such a venue."""

    JOURNAL = "article"
    CONFERENCE = "inproceedings"
    UNKNOWN = "misc"


_PREPRINT = re.compile(r"\s*(?:arxiv|corr|biorxiv|medrxiv|computing research repository)\b", re.IGNORECASE)
_CONFERENCE = pattern(
    r"\b(?:proc\.|proceedings|conference|conf\.|workshops?|symposium|symp\.|meeting|congress|colloquium|findings"
    r"|advances in neural information|neurips|nips|icml|iclr|cvpr|iccv|eccv|wacv|bmvc|aaai|ijcai|acl|naacl|eacl|emnlp"
    r"|aacl|coling|conll|lrec|interspeech|icassp|kdd|sigir|sigmod|siggraph|sigcomm|wsdm|cikm|recsys|www|chi|uist|cscw"
    r"|icra|iros|corl|rss|aistats|uai|colt|alt|stoc|focs|soda|icalp|itcs|esa|stacs|osdi|sosp|nsdi|asplos|isca|micro|hpca"
    r"|mlsys|pldi|popl|icse|fse|ase|oopsla|ccs|ndss|usenix|vldb|icde|icdm|pods|ismir|miccai|colm|midl|automl)(?!\w)",
    re.IGNORECASE,
)
_JOURNAL = pattern(
    r"\b(?:journal|j\.|transactions|trans\.|letters|lett\.|reviews?|annals|magazine|bulletin|quarterly|acta|pnas|plos"
    r"|elife|ieee access|communications of|computing surveys|frontiers in|tmlr|jmlr|tacl|tpami|ijcv|physica|biometrika"
    r"|bioinformatics|neurocomputing|pacmpl)(?!\w)"
    r"|\A(?:nature(?: \w+)?|science(?: advances| robotics)?|cell|the lancet|pattern recognition|neural computation"
    r"|neural networks|machine learning|artificial intelligence|computational linguistics)\Z",
    re.IGNORECASE,
)
# Journals whose name has a word typical of conferences.
_JOURNAL_DESPITE_WORD = pattern(
    r"proceedings of the (?:national academy|ieee\Z|vldb endowment|acm on|royal society)|\b(?:journal|transactions)\b",
    re.IGNORECASE,
)


def is_preprint(venue: str) -> bool:
    """Return whether `venue` names a preprint server, such as `arXiv preprint arXiv:…` or `CoRR`."""
    return _PREPRINT.match(venue) is not None


def cited_version(paper: Citable, version: str) -> Citable:
    """Return a paper in the version to cite: `preprint`, `published`, or `given` for the paper as it is.

    If the paper came from a .bib file and its entry describes another version, the result lacks the fields of this
    entry. A paper that does not have the version is returned unchanged: a paper without an arXiv id has no preprint,
    and a paper without a venue has no published version.
    """
    venue = paper.venue or ""
    is_published = bool(venue) and not is_preprint(venue)
    if version == "preprint" and paper.arxiv_id and is_published:
        year = year_of_arxiv_id(paper.arxiv_id) or paper.year
        doi = paper.doi if paper.doi and paper.doi.lower().startswith("10.48550/") else None
        return replace(paper, venue=None, entry_type=None, fields=(), doi=doi, year=year, edited=frozenset())
    if version == "published" and is_published and paper.fields:
        containers = {name.lower(): value for name, value in paper.fields}
        given = next((containers[name] for name in ("journal", "journaltitle", "booktitle") if name in containers), "")
        if not given or is_preprint(given):
            return replace(paper, entry_type=None, fields=())
    return paper


@lru_cache(maxsize=1024)
def venue_kind(venue: str) -> VenueKind:
    """Return the kind of a venue, judged by words in its name. Return UNKNOWN if the name has no typical word."""
    if _JOURNAL_DESPITE_WORD.search(venue):
        return VenueKind.JOURNAL
    if _CONFERENCE.search(venue):
        return VenueKind.CONFERENCE
    return VenueKind.JOURNAL if _JOURNAL.search(venue) else VenueKind.UNKNOWN
