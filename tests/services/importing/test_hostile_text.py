"""Hostile text in every field of every format, registry and dump: none of it reaches a row of the library."""

# ruff: noqa: E501 - a sample is one line

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from readq.feeds.arxiv import atom_api, rss
from readq.feeds.biorxiv.source import PreprintSource
from readq.model.fetched_paper import FetchedPaper
from readq.net.endpoints import Endpoints
from readq.registries import crossref, csl_json, datacite, openalex, openreview, semanticscholar
from readq.registries.citation_meta_tags import parse as parse_page
from readq.services.importing.input_formats import FORMATS
from readq.text import is_printable

Run = Callable[..., Any]

HOSTILE = [
    "a\x00b",
    "\x07\x1b[2J",
    "\x1b]52;c;cHduZWQ=\x07",
    "\x9b31m\x85",
    "\u202e\u2066\u2069\u200f",
    "\ud800",
    "\u200b\u2060\ufeff" * 50,
    "\ufffe\uffff\U0010ffff",
    "e" + "\u0301\u0327" * 5_000,
    "\u2028\u2029\x0b\x0c",
    "word " * 200_000,
]
IN_XML = [
    text for text in HOSTILE if all(char in "\x85\x9b" or char.isprintable() or ord(char) > 0x2000 for char in text)
]
IN_XML = [text for text in IN_XML if not any(char in text for char in "\ud800\ufffe\uffff")]

HF = {
    "paper": {
        "id": "2611.00001",
        "title": "T?",
        "summary": "S?",
        "authors": [{"name": "N?"}],
        "upvotes": 1,
        "publishedAt": "2026-11-20?",
    },
    "title": "U?",
    "submittedBy": {"name": "B?"},
    "publishedAt": "2026-11-20T00:00:00?",
}
CSL = {
    "id": "k?",
    "type": "article-journal",
    "title": "T?",
    "author": [{"family": "F?", "given": "G?"}, {"literal": "L?"}],
    "container-title": "C?",
    "abstract": "S?",
    "volume": "1?",
    "page": "2?",
    "DOI": "10.1000/d?",
    "URL": "https://e.example/?",
    "note": "?",
    "annote": "A?",
    "issued": {"date-parts": [["2026?"]]},
}
OPENALEX = {
    "id": "https://openalex.org/W1?",
    "title": "T?",
    "display_name": "T?",
    "doi": "https://doi.org/10.1000/d?",
    "authorships": [{"author": {"display_name": "N?"}}],
    "publication_date": "2026-11-20?",
    "type": "article",
    "primary_location": {
        "source": {"display_name": "V?", "type": "journal"},
        "landing_page_url": "https://e.example/?",
        "pdf_url": "https://e.example/p?",
    },
    "biblio": {"volume": "1?", "first_page": "2?"},
    "abstract_inverted_index": {"word?": [0]},
}
S2 = {
    "paperId": "p?",
    "title": "T?",
    "abstract": "S?",
    "venue": "V?",
    "journal": {"name": "J?", "volume": "1?", "pages": "2?"},
    "authors": [{"name": "N?"}],
    "externalIds": {"DOI": "10.1000/d?", "ArXiv": "2611.00002?"},
    "url": "https://e.example/?",
    "publicationDate": "2026-11-20?",
}
OPENREVIEW = {
    "id": "abcdefgh?",
    "forum": "abcdefgh?",
    "content": {
        "title": {"value": "T?"},
        "abstract": {"value": "S?"},
        "authors": {"value": ["N?"]},
        "venue": {"value": "V?"},
        "pdf": {"value": "/pdf?"},
        "_bibtex": {"value": "@misc{k?, title={T?}}"},
    },
    "invitations": ["x"],
    "domain": "d?",
}
JSONFEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "F?",
    "items": [
        {
            "id": "i?",
            "url": "https://e.example/?",
            "title": "T?",
            "summary": "S?",
            "authors": [{"name": "N?"}],
            "date_published": "2026-11-20?",
            "doi": "10.1000/d?",
        }
    ],
}
RSS = "<rss version='2.0'><channel><title>F?</title><item><title>T?</title><link>https://e.example/?</link><guid>i?</guid><description>S?</description><author>N?</author><pubDate>Fri, 20 Nov 2026 00:00:00 GMT</pubDate></item></channel></rss>"
ATOM = "<feed xmlns='http://www.w3.org/2005/Atom'><title>F?</title><entry><title>T?</title><id>i?</id><link href='https://e.example/?'/><summary>S?</summary><author><name>N?</name></author><updated>2026-11-20T00:00:00Z</updated></entry></feed>"
SAMPLES: dict[str, Any] = {
    "page": "Daily Papers\n\nA title of a paper ?\n\n" + "A sentence of an abstract ? that is long. " * 12 + "\n",
    "huggingface": [HF],
    "rss": RSS,
    "atom": ATOM,
    "jsonfeed": JSONFEED,
    "bibtex": "@article{k?, title={T?}, author={F?, G? and {L?}}, abstract={S?}, journal={J?}, year={2026?}, keywords={a?}, annote={A?}, url={https://e.example/?}, doi={10.1000/d?}, odd={O?}, ids={i?}, note?={x}}",
    "ris": "TY  - JOUR\nTI  - T?\nAU  - F?, G?\nAB  - S?\nJO  - J?\nKW  - a?\nN1  - A?\nUR  - https://e.example/?\nDO  - 10.1000/d?\nVL  - 1?\nID  - k?\nER  - \n",
    "nbib": "PMID- 123\nTI  - T?\nFAU - F?, G?\nAB  - S?\nJT  - J?\nOT  - a?\nDP  - 2026\nVI  - 1?\nLID - 10.1000/d? [doi]\n",
    "csl-json": [CSL],
    "openalex": {"results": [OPENALEX]},
    "semanticscholar": {"data": [S2]},
    "openreview": {"notes": [OPENREVIEW]},
    "acl": "<collection id='2026.acl'><volume id='long?'><meta><booktitle>B?</booktitle><address>A?</address><publisher>P?</publisher><year>2026</year></meta><paper id='1?'><title>T?</title><author><first>G?</first><last>F?</last></author><abstract>S?</abstract><doi>10.1000/d?</doi><url>u?</url></paper></volume></collection>",
    "dblp": "<dblp><article key='j/k?'><title>T?</title><author>N?</author><journal>J?</journal><year>2026</year><volume>1?</volume><ee>https://e.example/?</ee></article></dblp>",
    "mail": "From: a@e.example\nSubject: s?\nDate: Fri, 20 Nov 2026 00:00:00 +0000\n\n\\\\\narXiv:2611.00003\nDate: x?\n\nTitle: T?\nAuthors: N?\nCategories: cs.LG?\n\\\\\n  S?\n\\\\ ( https://arxiv.org/abs/2611.00003 ,  1kb)\n",
    "bookmarks": "<!DOCTYPE NETSCAPE-Bookmark-file-1><DL><DT><A HREF='https://arxiv.org/abs/2611.00004?'>T?</A><DT><A HREF='https://arxiv.org/abs/2611.00005'>U?</A></DL>",
    "list": "arXiv:2611.00006 T?\nA title of words ?\n",
}
XML = ("rss", "atom", "acl", "dblp")


def filled(sample: Any, text: str) -> bytes:  # noqa: ANN401 - any JSON, or text
    """Return a sample as a file, with `text` in place of each question mark."""
    if isinstance(sample, str):
        return sample.replace("?", text).encode("utf-8", "surrogatepass")
    return json.dumps(sample).replace("?", json.dumps(text)[1:-1]).encode()


def stored_texts(library: str) -> Iterator[tuple[str, str]]:
    """Yield every text in every table of a library, with the name of its column."""
    with closing(sqlite3.connect(library)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'paper_search%'"
        )
        for (table,) in tables.fetchall():
            cursor = connection.execute(f"SELECT * FROM {table}")
            for row in cursor:
                for (column, *_), value in zip(cursor.description, row, strict=True):
                    if isinstance(value, str):
                        yield f"{table}.{column}", value


def assert_clean(library: str) -> None:
    for column, text in stored_texts(library):
        assert is_printable(text), (column, text[:60])
        assert len(text) <= 1_100_000, column


def test_there_is_a_sample_of_every_format() -> None:
    assert SAMPLES.keys() == FORMATS.keys()


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_lets_hostile_text_in(form: str, library: str, run_cli: Run, tmp_path: Path) -> None:
    assert run_cli("import", "--format", form, "-", stdin=filled(SAMPLES[form], "")).status == 0, "the sample is read"
    stored = sum(1 for _ in stored_texts(library))
    assert stored > 5
    for number, text in enumerate(IN_XML if form in XML else HOSTILE):
        file = tmp_path / f"{number}.txt"
        file.write_bytes(filled(SAMPLES[form], text))
        done = run_cli("import", "--format", form, "--json", file)
        assert done.status in (0, 1, 65)
        assert is_printable(done.err)
    assert_clean(library)


def texts_of(paper: FetchedPaper) -> Iterator[str]:
    values: list[Any] = [getattr(paper, name) for name in FetchedPaper.__slots__] + [
        paper.title,
        paper.authors,
        paper.venue,
        paper.abstract,
        paper.fields,
    ]
    while values:
        value = values.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            values += value


ARXIV_ATOM = ATOM.replace("<title>F?", "<title>arXiv Query: F?", 1).replace(
    "<id>i?", "<id>http://arxiv.org/abs/2611.00007v1"
)
ARXIV_RSS = RSS.replace("<title>F?", "<title>cs.LG updates on arXiv.org F?", 1)
BIORXIV = {
    "messages": [{"total": 1}],
    "collection": [
        {
            "title": "T?",
            "doi": "10.1101/2026.11.20.123456",
            "authors": "F?, G?; H?",
            "abstract": "S?",
            "category": "c?",
            "published": "10.1000/d?",
            "version": "1",
            "date": "2026-11-20",
        }
    ],
}


def biorxiv(body: bytes) -> list[FetchedPaper]:
    return PreprintSource("biorxiv", None, Endpoints())._read(body).parsed.papers


ANSWERS: dict[str, tuple[Callable[[bytes], list[FetchedPaper]], Any]] = {
    "arxiv": (lambda body: atom_api.parse(body).parsed.papers, ARXIV_ATOM),
    "arxiv rss": (lambda body: rss.parse(body).parsed.papers, ARXIV_RSS),
    "biorxiv": (biorxiv, BIORXIV),
    "crossref": (crossref.parse, {"message": CSL}),
    "doi.org": (csl_json.parse, CSL),
    "datacite": (
        datacite.parse,
        {
            "data": {
                "attributes": {
                    "titles": [{"title": "T?"}],
                    "creators": [{"name": "F?, G?", "familyName": "F?", "givenName": "G?"}],
                    "descriptions": [{"description": "S?", "descriptionType": "Abstract"}],
                    "publisher": "P?",
                    "doi": "10.1000/d?",
                    "container": {"title": "C?"},
                    "url": "https://e.example/?",
                }
            }
        },
    ),
    "openalex": (openalex.parse, {"results": [OPENALEX]}),
    "semanticscholar": (semanticscholar.parse, {"data": [S2]}),
    "openreview": (
        lambda body: [paper for one in json.loads(body)["notes"] if (paper := openreview.paper_of(one))],
        {"notes": [OPENREVIEW]},
    ),
    "page": (
        lambda body: parse_page(body, "https://e.example/"),
        "<html><head><meta name='citation_title' content='T?'><meta name='citation_author' content='F?, G?'><meta name='citation_journal_title' content='J?'><meta name='citation_abstract' content='S?'></head>",
    ),
}


@pytest.mark.parametrize("registry", ANSWERS)
def test_no_registry_lets_hostile_text_in(registry: str) -> None:
    parse, sample = ANSWERS[registry]
    assert parse(filled(sample, ""))
    for hostile in IN_XML if sample in (ARXIV_ATOM, ARXIV_RSS) else HOSTILE:
        for paper in parse(filled(sample, hostile)):
            for text in texts_of(paper):
                assert is_printable(text), text[:60]


def test_no_dump_lets_hostile_text_in(
    library: str, run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_cli("import", "-", stdin=filled(SAMPLES["bibtex"], ""))
    run_cli("import", "-", stdin=filled(SAMPLES["huggingface"], ""))
    run_cli("view", "save", "v", "status:inbox")
    run_cli("note", 1, "--set", "-", stdin="mine")
    run_cli("dump", tmp_path / "dump")
    papers = (tmp_path / "dump" / "papers.jsonl").read_text(encoding="utf-8").splitlines()
    for number, hostile in enumerate(HOSTILE):
        changed = [
            json.dumps(_with(json.loads(line), hostile, path)) for line in papers for path in _paths(json.loads(line))
        ]
        (tmp_path / "dump" / "papers.jsonl").write_text("\n".join(changed), encoding="utf-8")
        for name in ("feeds.json", "views.json"):
            value = json.loads((tmp_path / "dump" / name).read_text(encoding="utf-8"))
            text = json.dumps([_with(one, hostile, path) for one in value for path in _paths(one)])
            (tmp_path / "dump" / f"{number}.json").write_text(text, encoding="utf-8")
        other = tmp_path / f"{number}.db"
        monkeypatch.setenv("READQ_DB", str(other))
        done = run_cli("import", "--json", tmp_path / "dump")
        assert done.status in (0, 1)
        assert is_printable(done.err)
        assert_clean(str(other))


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - any JSON
    if isinstance(value, str):
        yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in pairs:
        yield from _paths(part, (*path, name))


def _with(value: Any, hostile: str, path: tuple[Any, ...]) -> Any:  # noqa: ANN401 - any JSON
    inner = value
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] += hostile
    if path != ("key",) and isinstance(value, dict) and "key" in value:
        value["key"] += "".join(f"-{part}" for part in path)
    return value
