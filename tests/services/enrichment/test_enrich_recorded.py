"""Complete the 80 papers of a saved page at a fake arXiv with 2,000 other papers and papers of similar titles."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from arxiv_search import ArxivApi, Record
from loopback import Loopback

Run = Callable[..., Any]

FEEDS = Path(__file__).resolve().parents[3] / ".." / "shared" / "feeds"
PAGE = FEEDS / "trending-page.txt"
IDS = FEEDS / "trending-page.ids.json"
DAILY = FEEDS / "1_hf" / "daily_papers"

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.skipif(not DAILY.is_dir(), reason=f"no recorded feeds at {FEEDS}"),
]

TWINS = (
    "{} 2",
    "{}: Supplementary Material",
    "{}, Part II",
    "A Comment on {}",
    "{} Revisited",
    "Towards {}",
    "{}: A Survey",
    "On {}",
)


def others() -> list[Record]:
    """Return 2,000 papers of two years that are not on the page."""
    found: dict[str, Record] = {}
    taken = {facts["arxiv_id"] for facts in json.loads(IDS.read_text()).values()}
    for path in sorted(DAILY.glob("*.json")):
        for entry in json.loads(path.read_text()):
            paper = entry["paper"]
            if paper["id"] not in taken:
                names = tuple(author["name"] for author in paper["authors"])
                found[paper["id"]] = Record(paper["id"], entry["title"], names, paper["summary"])
    return list(found.values())[:2000]


def twins(titles: list[str]) -> list[Record]:
    """Return papers by other authors with titles similar to those of the page."""
    return [
        Record(f"2612.{10 * place + number:05}", form.format(title), ("Nobody Else",), "Something else altogether.")
        for place, title in enumerate(titles)
        for number, form in enumerate(TWINS[place % 4 :: 4])
    ]


@pytest.fixture
def arxiv(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> ArxivApi:
    known = json.loads(IDS.read_text())
    ours = [Record(facts["arxiv_id"], title, tuple(facts["authors"])) for title, facts in known.items()]
    mixed = [*twins(list(known)), *others()]
    # The wanted ones lie scattered among the others.
    for place, record in enumerate(ours):
        mixed.insert(place * len(mixed) // len(ours), record)
    api = ArxivApi(mixed)
    loopback.routes["/api/query"] = api
    for name in ("ARXIV_API", "SEMANTICSCHOLAR", "OPENALEX", "CROSSREF", "DATACITE", "DOI"):
        monkeypatch.setenv(f"READQ_{name}_URL", loopback.url)
    return api


def test_eighty_papers_of_a_page_get_their_ids(
    run_cli: Run, arxiv: ArxivApi, report_counts: Callable[[str], None]
) -> None:
    assert run_cli("import", PAGE).status == 0
    result = run_cli("enrich", "--json")
    assert result.status == 0, result.err
    assert result.json["updated"] == 80
    known = {title: facts["arxiv_id"] for title, facts in json.loads(IDS.read_text()).items()}
    from readq.model.identifiers import title_key

    wanted = {title_key(title): name for title, name in known.items()}
    papers = run_cli("list", "--json").json
    right = sum(paper["arxiv_id"] == wanted[title_key(paper["title"])] for paper in papers)
    wrong = sum(paper["arxiv_id"] not in (None, wanted[title_key(paper["title"])]) for paper in papers)
    report_counts(f"{len(papers)} papers of the page: {right} ids right, {wrong} wrong, {len(arxiv.asked)} requests")
    assert (len(papers), right, wrong) == (80, 80, 0)
    assert len(arxiv.asked) <= 10
    assert all(paper["authors"] and paper["published"] for paper in papers)
    # Nothing is left to be asked by title.
    before = len(arxiv.asked)
    assert run_cli("enrich", "--json").json["updated"] == 0
    assert len(arxiv.asked) == before
