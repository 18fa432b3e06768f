"""Parse recorded responses of registries and compare the results with their JSON."""

import base64
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from readq.formats.jats_text import plain_abstract, plain_title
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import identifiers_in
from readq.registries import citation_meta_tags, crossref, csl_json, datacite, openalex, semanticscholar
from readq.text import is_printable, one_line

METADATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "feeds" / "5_metadata"

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.skipif(not METADATA.is_dir(), reason=f"no recorded metadata at {METADATA}"),
]

PARSERS: dict[str, Callable[[bytes], list[FetchedPaper]]] = {
    "crossref": crossref.parse,
    "csl": csl_json.parse,
    "datacite": datacite.parse,
    "openalex": openalex.parse,
    "semanticscholar": semanticscholar.parse,
    "page": lambda body: citation_meta_tags.parse(body, "https://example.org/paper"),
}
HOSTS = {
    "api.crossref.org": "crossref",
    "api.datacite.org": "datacite",
    "api.openalex.org": "openalex",
    "api.semanticscholar.org": "semanticscholar",
}
FOLDERS = {
    "crossref_hepcrawl": "crossref",
    "doi_citationjs": "csl",
    "csl_manubot": "csl",
    "datacite_bolognese": "datacite",
}


def bodies() -> Iterator[tuple[Path, bytes]]:
    for path in sorted(METADATA.rglob("*")):
        if path.is_file() and not path.name.endswith(".meta.json"):
            body = path.read_bytes()
            # Some recordings hold an answer in Base64.
            yield path, base64.b64decode(body) if body.startswith(b"eyJkYXRh") else body


def service(path: Path) -> str | None:
    meta = path.with_name(path.name + ".meta.json")
    if meta.is_file():
        return HOSTS.get(urlsplit(json.loads(meta.read_text())["uri"]).netloc)
    return FOLDERS.get(path.parent.name)


def test_every_file_goes_through_every_parser(report_counts: Callable[[str], None]) -> None:
    files, papers = Counter[str](), Counter[str]()
    for path, body in bodies():
        files["all"] += 1
        for name, parse in PARSERS.items():
            found = parse(body)
            if service(path) == name or (name == "page" and path.suffix == ".html"):
                files[name] += 1
                papers[name] += len(found)
            for paper in found:
                assert paper.title, path
                assert is_printable(paper.title), path
                assert is_printable(paper.abstract or ""), path
                assert all(author.name and is_printable(author.name) for author in paper.authors), path
        plain_title(body.decode("utf-8", "replace"))
        plain_abstract(body.decode("utf-8", "replace"))
    report_counts(
        f"{files['all']} files of metadata: "
        + ", ".join(f"{papers[name]} papers in {files[name]} of {name}" for name in PARSERS)
    )
    assert papers["crossref"] > 100
    assert papers["semanticscholar"] > 1000


def _items(name: str, data: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any JSON
    """Return the records in a response at the place that the documentation gives."""
    if name == "crossref":
        message = data.get("message") if isinstance(data, dict) else None
        return [] if not isinstance(message, dict) else message.get("items", [message])
    if name == "datacite":
        return [item["attributes"] for item in data["data"]] if isinstance(data, dict) and "data" in data else [data]
    if name == "openalex":
        return data.get("results", [data]) if isinstance(data, dict) else []
    if name == "semanticscholar":
        items = data.get("data", [data]) if isinstance(data, dict) else data
        return [item for item in items if isinstance(item, dict)]
    return data if isinstance(data, list) else [data]


def _raw_title(name: str, item: dict[str, Any]) -> str:
    if name == "datacite":
        titles = [
            one["title"] for one in item.get("titles") or () if isinstance(one, dict) and not one.get("titleType")
        ]
        return titles[0] if titles else ""
    title = item.get("title") or (item.get("display_name") if name == "openalex" else None)
    if isinstance(title, list):
        return title[0] if title else ""
    return title if isinstance(title, str) else ""


PEOPLE = {
    "crossref": "author",
    "csl": "author",
    "datacite": "creators",
    "openalex": "authorships",
    "semanticscholar": "authors",
}
NAMES = ("family", "name", "literal", "given", "author", "raw_author_name", "familyName")


def _named(people: object) -> list[object]:
    """Return the persons of a list that have a name in any of the name fields."""
    listed = people if isinstance(people, list) else []
    return [one for one in listed if isinstance(one, dict) and any(one.get(key) for key in NAMES)]


def test_titles_authors_and_dois_are_those_of_the_json(report_counts: Callable[[str], None]) -> None:
    compared = Counter[str]()
    for path, body in bodies():
        name = service(path)
        if name is None or path.suffix not in (".json", ".txt"):
            continue
        try:
            data = json.loads(body)
        except ValueError:
            assert PARSERS[name](body) == [], path
            continue
        items = [item for item in _items(name, data) if plain_title(_raw_title(name, item))]
        papers = PARSERS[name](body)
        assert len(papers) == len(items), path
        for item, paper in zip(items, papers, strict=True):
            compared[name] += 1
            assert paper.title.startswith(plain_title(_raw_title(name, item))), path
            assert len(paper.authors) == len(_named(item.get(PEOPLE[name]))), path
            ids = item.get("externalIds")
            doi = item.get("DOI") or item.get("doi") or (ids.get("DOI") if isinstance(ids, dict) else None)
            if isinstance(doi, str):
                assert set(identifiers_in(doi)) <= set(paper.identifiers), path
    report_counts(
        "agree with their JSON: " + ", ".join(f"{count} of {name}" for name, count in sorted(compared.items()))
    )
    assert compared["crossref"] > 100


def test_jats_abstracts_lose_their_tags_and_nothing_else() -> None:
    for path in sorted((METADATA / "papis_jats").glob("*.xml")):
        plain = plain_abstract(path.read_text()) or ""
        assert "<jats" not in plain
        words = set(one_line(path.with_name(path.name.replace(".xml", "_out.txt")).read_text()).split())
        said = set(plain.split())
        assert len(words & said) >= 0.8 * len(words), path


@pytest.mark.parametrize("page", ["ACL_2021.naacl-main.208", "ACL_N04-1001", "USENIX_goyal"])
def test_pages_agree_with_their_recorded_metadata(page: str) -> None:
    wanted = json.loads((METADATA / "papis_pages" / f"{page}_Out.json").read_text())
    (paper,) = citation_meta_tags.parse((METADATA / "papis_pages" / f"{page}.html").read_bytes(), wanted["url"])
    assert paper.title == wanted["title"]
    assert str(paper.year) == wanted["year"]
    assert dict(paper.fields).get("pages", "").replace("--", "-") == wanted["pages"].replace("--", "-").replace(
        "–", "-"
    )
    if "doi" in wanted:
        assert ("doi", wanted["doi"].lower()) in paper.identifiers
