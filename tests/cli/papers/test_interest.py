"""Interest on the command line: order, query, JSON, and the words that made the number."""

import contextlib
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

LIKED = "gripper torque grasp tactile joint actuator"
DISLIKED = "phoneme vocoder prosody accent pitch speaker"


def taught(run_cli: Run, folder: Path) -> None:
    """Ten papers of one topic are queued and ten of another dropped; two of each are in the inbox."""
    for name, status, words, number in (
        ("liked", "queued", LIKED, 10), ("dropped", "dropped", DISLIKED, 10),
        ("like", "inbox", LIKED, 2), ("unlike", "inbox", DISLIKED, 2),
    ):  # fmt: skip
        path = folder / f"{name}.bib"
        path.write_text(
            "".join(
                f"@misc{{{name}{place}, title = {{Study {name} {place} of {words}}}, author = {{Ada {name}{place}}}}}\n"
                for place in range(number)
            )
        )
        assert run_cli("import", "--status", status, str(path)).status == 0


def test_there_is_no_interest_before_there_are_decisions(six_papers: str, run_cli: Run) -> None:
    assert {paper["interest"] for paper in run_cli("list", "--sort", "interest", "--json").json} == {None}
    assert run_cli("list", "interest:0..").out == ""
    assert "interest" not in run_cli("show", "1").out


def test_papers_are_ordered_and_found_by_interest(library: str, run_cli: Run, tmp_path: Path) -> None:
    taught(run_cli, tmp_path)
    found = run_cli("list", "status:inbox", "--sort", "interest", "--json").json
    assert [paper["key"] for paper in found] == ["like0", "like1", "unlike0", "unlike1"]
    numbers = [paper["interest"] for paper in found]
    assert numbers == sorted(numbers, reverse=True)
    reverse = run_cli("list", "status:inbox", "--sort=-interest", "--json").json
    assert [paper["interest"] for paper in reverse] == sorted(numbers)
    assert {paper["key"] for paper in run_cli("list", "status:inbox", "interest:70..", "--json").json} == {
        paper["key"] for paper in found if paper["interest"] >= 70
    } == {"like0", "like1"}  # fmt: skip
    assert run_cli("list", "status:inbox", "interest:..30", "--count").out == "2\n"
    assert run_cli("list", "status:inbox", "--format", "{interest}").out.split() == list(map(str, numbers_of(run_cli)))


def numbers_of(run_cli: Run) -> list[int]:
    return [paper["interest"] for paper in run_cli("list", "status:inbox", "--json").json]


def number_of(run_cli: Run, key: str) -> int | None:
    """The number of a paper, once an order by interest has brought it up to date: `show` only reads."""
    papers = run_cli("list", f"key:{key}", "--sort", "interest", "--json").json
    found: int | None = papers[0]["interest"]
    return found


def test_a_number_of_interest_follows_a_decision_and_its_undo(library: str, run_cli: Run, tmp_path: Path) -> None:
    taught(run_cli, tmp_path)
    before = number_of(run_cli, "like0")
    run_cli("mark", "dropped", "liked0", "liked1", "liked2")
    assert number_of(run_cli, "like0") is None, "only seven liked papers are left"
    run_cli("undo")
    assert number_of(run_cli, "like0") == before


def test_show_says_why_and_the_points_add_up(library: str, run_cli: Run, tmp_path: Path) -> None:
    taught(run_cli, tmp_path)
    run_cli("list", "--sort", "interest")
    out = run_cli("show", "like0").out
    number = int(re.search(r"^interest (\d+) of 100$", out, re.MULTILINE)[1])  # type: ignore[index]  # None fails
    why = re.search(r"^why +(.*)$", out, re.MULTILINE)[1]  # type: ignore[index]  # None fails
    assert "gripper" in why or "torque" in why
    assert sum(int(part.split()[0]) for part in why.split(", ")) == number


def test_a_bad_range_of_interest_is_named(six_papers: str, run_cli: Run) -> None:
    result = run_cli("list", "interest:high")
    assert result.status == 2
    assert "interest" in result.err


def test_a_paper_of_a_feed_has_a_number_once_it_is_asked_for(library: str, run_cli: Run, tmp_path: Path) -> None:
    taught(run_cli, tmp_path)
    feed = tmp_path / "feed.xml"
    feed.write_text(
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:a</id><title>A</title><entry><id>urn:1</id>'
        f"<title>News of {LIKED}</title><updated>2026-11-22T08:00:00Z</updated></entry></feed>"
    )
    assert run_cli("import", "--feed", "news", str(feed)).status == 0
    run_cli("list", "--sort", "interest")
    (paper,) = run_cli("list", "feed:news", "--json").json
    assert paper["interest"] > 60


@pytest.mark.parametrize("query", ["interest:70..", "view:near", "view:outer"])
@pytest.mark.parametrize(
    "command",
    [
        ["list", "--count"],
        ["export", "--format", "bibtex"],
        ["due", "--count"],
        ["mark", "queued", "--json", "--query"],
        ["enrich"],
    ],
    ids=lambda command: command[0],
)
def test_a_query_that_depends_on_interest_finds_papers_by_present_numbers(
    library: str, run_cli: Run, tmp_path: Path, query: str, command: list[str]
) -> None:
    taught(run_cli, tmp_path)
    run_cli("view", "save", "near", "interest:70..")
    run_cli("view", "save", "outer", "view:near OR interest-free")
    assert counted(library) == 0
    run_cli(*command, query)
    assert counted(library) > 0


def test_a_query_that_only_looks_like_one_of_interest_counts_nothing(
    library: str, run_cli: Run, tmp_path: Path
) -> None:
    taught(run_cli, tmp_path)
    run_cli("view", "save", "interest", "tag:a")
    for query in ("interest", "title:interest", "view:interest", "interest:nine", "view:none"):
        run_cli("list", query)
    assert counted(library) == 0


def counted(library: str) -> int:
    """Return the number of papers that are counted for interest."""
    with contextlib.closing(sqlite3.connect(library)) as connection:
        ((number,),) = connection.execute("SELECT count(*) FROM interest_paper").fetchall()
    return int(number)
