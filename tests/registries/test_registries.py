"""Parse records of Crossref, DataCite, OpenAlex and Semantic Scholar, also malformed ones."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Author, Trust
from readq.registries import crossref, csl_json, datacite, openalex, semanticscholar

WORK: dict[str, Any] = {
    "DOI": "10.1000/ABC.1",
    "type": "journal-article",
    "title": ["Growth of <i>sparse</i> networks"],
    "author": [
        {"given": "Ada", "family": "Lovelace", "suffix": "Jr."},
        {"name": "The Network Consortium"},
        {"family": "Plato"},
    ],
    "container-title": ["Journal of Growth"],
    "volume": "7",
    "issue": "2",
    "page": "101-117",
    "issued": {"date-parts": [[2024, 5, 6]]},
    "abstract": "<jats:p>We look.</jats:p>",
    "publisher": "Growth & Sons",
}


def works(**changes: object) -> bytes:
    return json.dumps({"status": "ok", "message": {**WORK, **changes}}).encode()


def one(papers: list[FetchedPaper]) -> FetchedPaper:
    (paper,) = papers
    return paper


def test_a_record_of_crossref() -> None:
    paper = one(crossref.parse(works()))
    assert paper.title == "Growth of sparse networks"
    assert paper.authors == (
        Author("Ada Lovelace Jr.", "Lovelace", "Ada", "Jr."),
        Author("The Network Consortium", "The Network Consortium"),
        Author("Plato", "Plato"),
    )
    assert (paper.year, paper.published, paper.venue) == (2024, "2024-05-06", "Journal of Growth")
    assert paper.identifiers == (("doi", "10.1000/abc.1"),)
    assert paper.url == "https://doi.org/10.1000/abc.1"
    assert (paper.entry_type, dict(paper.fields)) == (
        "article",
        {"volume": "7", "number": "2", "pages": "101--117"},
    )
    assert (paper.abstract, paper.trust) == ("We look.", Trust.REGISTRY)


@pytest.mark.parametrize(
    ("changes", "year", "day"),
    [
        ({"issued": {"date-parts": [[2024, 5]]}}, 2024, None),
        ({"issued": {"date-parts": [["2017", "07", "07"]]}}, 2017, "2017-07-07"),
        ({"issued": {"date-parts": [[2018, 10, 21, 13]]}}, 2018, "2018-10-21"),
        ({"issued": {"date-parts": [[2024, 2, 30]]}}, 2024, None),
        ({"issued": {"date-parts": [[None]]}}, None, None),
        ({"issued": {"date-parts": [[None]]}, "published-online": {"date-parts": [[2023, 1, 2]]}}, 2023, "2023-01-02"),
        ({"issued": {"date-parts": []}}, None, None),
        ({"issued": {"date-parts": [[]]}}, None, None),
        ({"issued": {"date-parts": None}}, None, None),
        ({"issued": {"date-parts": [[2024, 10**40, 1]]}}, 2024, None),
        ({"issued": {"date-parts": [[2024, 1, -(10**40)]]}}, 2024, None),
        ({"issued": None}, None, None),
        ({"issued": {"raw": "2019-05"}}, 2019, None),
    ],
)
def test_dates_in_parts(changes: dict[str, Any], year: int | None, day: str | None) -> None:
    paper = one(crossref.parse(works(**changes)))
    assert (paper.year, paper.published) == (year, day)


@pytest.mark.parametrize(
    "body",
    [
        b"Resource not found.",
        b"",
        b"<html><h1>DOI Not Found</h1></html>",
        b"null",
        b"[]",
        b"[null]",
        b'{"status":"failed","message-type":"validation-failure","message":[{"type":"x","message":"y"}]}',
        b'{"error":"not found"}',
        b"[" * 100_000,
        works(title=[]),
        works(title=None),
        works(title=[""]),
    ],
)
@pytest.mark.parametrize(
    "parse", [crossref.parse, datacite.parse, openalex.parse, semanticscholar.parse], ids=lambda one: one.__module__
)
def test_other_responses_give_no_paper(parse: Callable[[bytes], list[FetchedPaper]], body: bytes) -> None:
    assert parse(body) == [] or (parse is openalex.parse and b"title" in body)


def test_a_preprint_and_its_published_version_are_one_when_crossref_links_them() -> None:
    relation = {
        "has-preprint": [{"id-type": "doi", "id": "10.48550/arXiv.2401.00001"}, {"id-type": "arxiv", "id": "x"}]
    }
    paper = one(crossref.parse(works(relation=relation)))
    assert paper.identifiers == (("doi", "10.1000/abc.1"), ("arxiv", "2401.00001"))


def test_subtitles_and_kinds_of_crossref() -> None:
    assert one(crossref.parse(works(subtitle=["A survey"]))).title == "Growth of sparse networks: A survey"
    assert one(crossref.parse(works(subtitle=["Sparse networks"]))).title == "Growth of sparse networks"
    chapter = one(crossref.parse(works(type="book-chapter")))
    assert (chapter.entry_type, dict(chapter.fields)["publisher"]) == ("incollection", "Growth & Sons")
    thesis = one(crossref.parse(works(type="dissertation")))
    assert (thesis.entry_type, dict(thesis.fields)["school"]) == ("phdthesis", "Growth & Sons")
    assert dict(one(crossref.parse(works(page=None, **{"article-number": "e12"}))).fields)["pages"] == "e12"
    assert one(crossref.parse(works(type="posted-content", **{"container-title": ["bioRxiv"]}))).venue is None


def test_csl_has_the_title_as_text_and_names_in_one_piece() -> None:
    item = {**WORK, "title": "Growth", "container-title": "Nature", "type": "article-journal"}
    item["author"] = [
        {"literal": "Ada Lovelace"},
        {"family": "Gogh", "given": "Vincent", "non-dropping-particle": "van"},
    ]
    paper = one(csl_json.parse(json.dumps(item).encode()))
    assert (paper.title, paper.venue, paper.entry_type) == ("Growth", "Nature", "article")
    assert paper.authors == (Author("Ada Lovelace"), Author("Vincent van Gogh", "van Gogh", "Vincent"))


ATTRIBUTES: dict[str, Any] = {
    "doi": "10.5281/zenodo.1",
    "creators": [
        {"name": "Noether, Emmy", "nameType": "Personal", "givenName": "Emmy", "familyName": "Noether"},
        {"name": "Hilbert, David"},
        {"name": "The Göttingen Group", "nameType": "Organizational"},
        None,
    ],
    "titles": [{"title": "Ein Untertitel", "titleType": "Subtitle"}, {"title": "Rings"}],
    "publisher": {"name": "Zenodo"},
    "publicationYear": 1921,
    "dates": [{"date": "1921-03-04", "dateType": "Issued"}, {"date": "1922", "dateType": "Updated"}],
    "types": {"bibtex": "article"},
    "container": {"title": "Annalen", "volume": "83", "firstPage": "24", "lastPage": "66"},
    "descriptions": [{"description": "<p>On rings.</p>", "descriptionType": "Abstract"}],
    "relatedIdentifiers": [
        {"relationType": "IsVersionOf", "relatedIdentifier": "10.5281/zenodo.0", "relatedIdentifierType": "DOI"}
    ],
}


def test_a_record_of_datacite() -> None:
    paper = one(datacite.parse(json.dumps({"data": {"id": "x", "attributes": ATTRIBUTES}}).encode()))
    assert (paper.title, paper.year, paper.published, paper.venue) == ("Rings", 1921, "1921-03-04", "Annalen")
    assert paper.authors == (
        Author("Emmy Noether", "Noether", "Emmy"),
        Author("David Hilbert", "Hilbert", "David"),
        Author("The Göttingen Group", "The Göttingen Group"),
    )
    assert dict(paper.fields) == {"volume": "83", "pages": "24--66"}
    # Another version of a data set is another thing.
    assert paper.identifiers == (("doi", "10.5281/zenodo.1"),)
    assert paper.abstract == "On rings."


def test_a_preprint_at_datacite_is_arxivs_and_knows_its_published_version() -> None:
    related = [{**ATTRIBUTES["relatedIdentifiers"][0], "relatedIdentifier": "10.1000/xyz"}]
    item = {**ATTRIBUTES, "doi": "10.48550/arxiv.1706.03762", "container": {}, "relatedIdentifiers": related}
    paper = one(datacite.parse(json.dumps({"data": {"attributes": item}}).encode()))
    assert paper.identifiers == (("arxiv", "1706.03762"), ("doi", "10.1000/xyz"))
    assert (paper.url, paper.venue, paper.fields) == ("https://arxiv.org/abs/1706.03762", None, ())


def test_a_work_of_openalex_has_its_abstract_put_together() -> None:
    item = {
        "id": "https://openalex.org/W1",
        "doi": "https://doi.org/10.1000/abc",
        "title": None,
        "display_name": "Growth",
        "publication_year": 2024,
        "publication_date": "2024-05-06",
        "authorships": [
            {"author": {"display_name": "Ada Lovelace"}},
            {"author": None, "raw_author_name": "E. N."},
            None,
        ],
        "primary_location": {"source": {"display_name": "Nature", "type": "journal"}},
        "locations": [{"landing_page_url": "http://arxiv.org/abs/2401.00001v2"}, None],
        "biblio": {"volume": "1", "issue": None, "first_page": "3", "last_page": "3"},
        "abstract_inverted_index": {"Growth": [0, 3], "is": [1], "not": [2], "bad": ["x", -1, True], "odd": None},
    }
    paper = one(openalex.parse(json.dumps({"results": [item, None, {}]}).encode()))
    assert paper.abstract == "Growth is not Growth"
    assert paper.identifiers == (("doi", "10.1000/abc"), ("arxiv", "2401.00001"))
    assert [author.name for author in paper.authors] == ["Ada Lovelace", "E. N."]
    assert (paper.venue, paper.entry_type, dict(paper.fields)) == ("Nature", "article", {"volume": "1", "pages": "3"})
    repository = {**item, "primary_location": {"source": {"display_name": "Zenodo", "type": "repository"}}}
    assert one(openalex.parse(json.dumps(repository).encode())).venue is None


PAPER: dict[str, Any] = {
    "paperId": "a" * 40,
    "title": "Growth",
    "abstract": None,
    "year": 2024,
    "venue": "arXiv.org",
    "publicationVenue": {"name": "Conference on Growth", "type": "conference"},
    "journal": {"name": "ArXiv", "volume": "abs/2401.00001", "pages": None},
    "externalIds": {"ArXiv": "2401.00001", "DOI": "10.1000/ABC", "ACL": "2024.acl-long.1", "CorpusId": 12},
    "publicationDate": "2024-05-06",
    "authors": [{"authorId": None, "name": "Ada Lovelace"}, {"name": None}, None],
}


def test_a_paper_of_semantic_scholar() -> None:
    paper = one(semanticscholar.parse(json.dumps(PAPER).encode()))
    assert dict(paper.identifiers) == {
        "arxiv": "2401.00001",
        "doi": "10.1000/abc",
        "acl": "2024.acl-long.1",
        "s2": "a" * 40,
    }
    assert (paper.venue, paper.entry_type, paper.fields) == ("Conference on Growth", "inproceedings", ())
    assert paper.authors == (Author("Ada Lovelace"),)


def test_a_batch_keeps_the_positions_of_unknown_papers() -> None:
    nothing = {"paperId": "b" * 40, "authors": None, "title": None, "externalIds": None}
    found = semanticscholar.parse_batch(json.dumps([None, PAPER, nothing]).encode())
    assert [paper is not None for paper in found] == [False, True, False]
    nulls = dict.fromkeys(PAPER) | {"title": "Growth"}
    assert one(semanticscholar.parse(json.dumps(nulls).encode())) == FetchedPaper("Growth", trust=Trust.AGGREGATOR)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted({*WORK, *ATTRIBUTES, *PAPER, "date-parts", "name", "message"})), inner)
    ),
    max_leaves=20,
)


@given(JSON)
def test_any_json_is_read_without_a_crash(value: object) -> None:
    for body in (value, {"message": value}, {"data": value}, {"results": value}, {"title": "X", "author": value}):
        data = json.dumps(body).encode()
        for parse in (crossref.parse, csl_json.parse, datacite.parse, openalex.parse, semanticscholar.parse):
            assert all(paper.title for paper in parse(data))


@given(JSON)
def test_any_value_in_a_field_of_a_record_is_read_without_a_crash(value: object) -> None:
    for name in WORK:
        crossref.parse(works(**{name: value}))
    for name in ATTRIBUTES:
        datacite.parse(json.dumps({"data": {"attributes": {**ATTRIBUTES, name: value}}}).encode())
    for name in PAPER:
        semanticscholar.parse(json.dumps({**PAPER, name: value}).encode())


@pytest.mark.parametrize("wrong", [[], {}, [[]], 10**40, True, None, "\ud800", {"a": []}])
def test_a_value_of_a_wrong_type_anywhere_in_a_preprint_of_datacite_is_left_out(wrong: object) -> None:
    item = {**ATTRIBUTES, "doi": "10.48550/arxiv.1706.03762"}
    for name in ATTRIBUTES:
        _ = datacite.parse(json.dumps({"data": {"attributes": {**item, name: wrong}}}).encode())
    for name in ATTRIBUTES["relatedIdentifiers"][0]:
        related = [{**ATTRIBUTES["relatedIdentifiers"][0], name: wrong}]
        paper = one(
            datacite.parse(json.dumps({"data": {"attributes": {**item, "relatedIdentifiers": related}}}).encode())
        )
        assert paper.identifiers == (("arxiv", "1706.03762"),)
