"""Records as evidence for the tests of `readq.model.identity.comparison` and `readq.model.identity.works`."""

from typing import Any

from hypothesis import strategies as st

from readq.model.identifiers import title_key
from readq.model.identity.evidence import Evidence, details_of, family_words, kind_of, stage_of

LONG = "Measuring the Drift of Gradients in Deep Networks"
ABSTRACT = "We measure how gradients drift while a deep network is trained, and find that they drift less than thought."
OTHER_ABSTRACT = "An account of the weather in nine harbours, with tables, by a retired captain of the northern line."


def said(title: str = LONG, *, by: str = "", year: int | None = None, abstract: str = "", **more: Any) -> Evidence:  # noqa: ANN401 - of several types
    """What a record says: `by` are family names, `ids` spellings, `fields` those of BibTeX."""
    identifiers = frozenset(more.get("ids", ()))
    kind = kind_of(more.get("type"))
    stage = stage_of(identifiers, more.get("venue"))
    return Evidence(
        identifiers,
        frozenset({title_key(title)}),
        family_words(by.split()),
        frozenset({year} if year else ()),
        frozenset({abstract} if abstract else ()),
        frozenset({kind} if kind else ()),
        frozenset({stage} if stage else ()),
        details_of(more.get("fields", {})),
        frozenset(more.get("names", ())),
        frozenset(more.get("keys", ())),
    )


ARXIV, DOI, PREPRINT_DOI = ("arxiv", "1706.03762"), ("doi", "10.1145/1"), ("doi", "10.1101/2020.03.24.997536")
BIB = "file:/home/me/refs.bib"
FEED = "feed:a-feed"

ANY = st.builds(
    said,
    st.sampled_from([LONG, "Deep Things", "Editorial"]),
    by=st.lists(st.sampled_from(["Doe", "Roe", "van Poe", "Müller"]), max_size=2).map(" ".join),
    year=st.sampled_from([None, 2015, 2016, 2017, 2020]),
    abstract=st.sampled_from(["", ABSTRACT, OTHER_ABSTRACT, ABSTRACT[:80]]),
    ids=st.lists(
        st.sampled_from([ARXIV, DOI, PREPRINT_DOI, ("url", "https://a.org/1"), ("url", "https://a.org/2")]), max_size=2
    ),
    type=st.sampled_from([None, "article", "phdthesis", "misc", "book"]),
    venue=st.sampled_from([None, "ICML"]),
    fields=st.dictionaries(st.sampled_from(["volume", "pages", "edition"]), st.sampled_from(["1", "2"]), max_size=2),
    names=st.lists(st.tuples(st.sampled_from([BIB, FEED, "page:x"]), st.sampled_from("ab")), max_size=1),
    keys=st.lists(st.sampled_from("ab"), max_size=1),
)
