"""The JSON that scripts rely on: every key and its type. Keys may be added, not removed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.cli.output import streams

Run = Callable[..., Any]
Schema = dict[str, Any]

NUMBER: Schema = {"type": "integer"}
TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
INSTANT: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$"}


def maybe(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def each(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def record(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


SIGHTING = record(
    feed=TEXT,
    seen=DAY,
    rank=maybe(NUMBER),
    upvotes=maybe(NUMBER),
    comments=maybe(NUMBER),
    submitted_by=maybe(TEXT),
)
PAPER = record(
    id=NUMBER,
    key=TEXT,
    key_frozen=FLAG,
    title=TEXT,
    authors=each(TEXT),
    abstract=maybe(TEXT),
    year=maybe(NUMBER),
    published=maybe(DAY),
    venue=maybe(TEXT),
    arxiv_id=maybe(TEXT),
    doi=maybe(TEXT),
    url=maybe(TEXT),
    pdf_url=maybe(TEXT),
    status={"enum": ["inbox", "queued", "reading", "done", "dropped"]},
    starred=FLAG,
    snoozed_until=maybe(DAY),
    tags=each(TEXT),
    note=maybe(TEXT),
    added=INSTANT,
    decided=maybe(INSTANT),
    due=maybe(DAY),
    enrolled=FLAG,
    sightings=each(SIGHTING),
)
OUTCOME = record(changed=NUMBER, unchanged=NUMBER, missing=each(TEXT), step=NUMBER)
INTERVALS = record(again=NUMBER, hard=NUMBER, good=NUMBER, easy=NUMBER)
DUE = each(
    record(card=NUMBER, paper=PAPER, kind={"enum": ["paper", "question"]}, prompt=TEXT, due=DAY, intervals=INTERVALS)
)
RATED = each(
    record(card=NUMBER, due=DAY, stability={"type": "number"}, difficulty={"type": "number"}, interval_days=NUMBER)
)
STEPS = each(record(step=NUMBER, at=INSTANT, what=TEXT, papers=NUMBER, undone=FLAG))
REPORT = record(found=NUMBER, new=NUMBER, updated=NUMBER, unchanged=NUMBER, rejected=each(record(where=TEXT, why=TEXT)))


def check(value: Any, schema: Schema) -> None:  # noqa: ANN401 - any JSON
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(value, schema)


def test_a_complete_paper_has_every_key(six_papers: str, run_cli: Run) -> None:
    run_cli("note", 2, "--append", "Read this.")
    run_cli("tag", 2, "-a", "rl")
    run_cli("rate", "good", 2)
    run_cli("mark", "done", 2)
    paper = run_cli("show", 2, "--json").json
    check(paper, PAPER)
    assert paper == {
        "id": 2,
        "key": "lovelace2026symmetry",
        "key_frozen": False,
        "title": "On the symmetry of graph networks, part 2",
        "authors": ["Ada Lovelace", "Emmy Noether"],
        "abstract": "We look at graph networks for the time number 2.",
        "year": 2026,
        "published": "2026-11-18",
        "venue": None,
        "arxiv_id": "2611.00002",
        "doi": None,
        "url": "https://arxiv.org/abs/2611.00002",
        "pdf_url": "https://arxiv.org/pdf/2611.00002",
        "status": "done",
        "starred": False,
        "snoozed_until": None,
        "tags": ["rl"],
        "note": "Read this.",
        "added": "2026-11-23T08:00:00Z",
        "decided": "2026-11-23T08:00:00Z",
        "due": "2026-12-01",
        "enrolled": True,
        "sightings": [
            {"feed": "hf-daily", "seen": "2026-11-20", "rank": 2, "upvotes": 20, "comments": 2, "submitted_by": "carol"}
        ],
        "version": None,
        "revised": None,
        "interest": None,
        "zotero": None,
        "watches": [],
    }


def test_list_is_an_array_of_the_objects_of_show(six_papers: str, run_cli: Run) -> None:
    listed = run_cli("list", "--json").json
    check(listed, each(PAPER))
    assert [paper["id"] for paper in listed] == [1, 2, 3, 4, 5, 6]
    assert listed[2] == run_cli("show", 3, "--json").json


def test_a_paper_of_a_bib_file_has_the_same_shape(library: str, run_cli: Run) -> None:
    run_cli("import", "-", stdin="@misc{bare, title = {Bare}}")
    (paper,) = run_cli("list", "--json").json
    check(paper, PAPER)
    assert (paper["authors"], paper["year"], paper["sightings"]) == ([], None, [])


def test_import_reports_a_sum(library: str, run_cli: Run, daily_file: Run, daily_entry: Run) -> None:
    path = daily_file([daily_entry(1), daily_entry(2), "no paper"])
    result = run_cli("import", "--json", path)
    assert result.status == 1
    report = result.json
    check(report, REPORT)
    assert report == {
        "found": 3,
        "new": 2,
        "updated": 0,
        "unchanged": 0,
        "rejected": [{"where": f"{path}: entry 3", "why": "not a paper"}],
        "joined": [],
        "renamed": [],
        "look_alikes": 0,
        "left_out": [],
        "watches": [],
        "kept": [],
        "step": 1,
    }
    assert run_cli("import", "--json", path).json["step"] is None
    again = daily_file([daily_entry(4)], "more.json")
    assert run_cli("import", "--json", "--dry-run", again).json["step"] is None
    assert run_cli("import", "--dry-run", again).out.endswith("unchanged (dry run: nothing was stored)\n")
    told = run_cli("import", again).out
    newest = run_cli("undo", "--list", "--json").json[0]["step"]
    assert told == f"1 paper: 1 new, 0 updated, 0 unchanged (step {newest})\n"


@pytest.mark.parametrize(
    "words",
    [
        ("mark", "queued", "1", "2"),
        ("star", "1", "2"),
        ("tag", "1", "2", "-a", "rl"),
        ("enrol", "1", "2"),
        ("note", "1", "--append", "x"),
    ],
    ids=lambda words: words[0],
)
def test_actions_report_an_outcome(six_papers: str, run_cli: Run, words: tuple[str, ...]) -> None:
    outcome = run_cli(*words, "--json").json
    check(outcome, OUTCOME)
    assert outcome == {"changed": 1 if words[0] == "note" else 2, "unchanged": 0, "missing": [], "step": 2}
    again = run_cli(*words, "nowhere", "--json") if words[0] != "note" else None
    if again:
        assert again.status == 1
        assert again.json == {"changed": 0, "unchanged": 2, "missing": ["nowhere"], "step": None}


def test_due_and_rate(six_papers: str, run_cli: Run) -> None:
    run_cli("enrol", 1, 2)
    due = run_cli("due", "--json").json
    check(due, DUE)
    assert [(entry["paper"]["id"], entry["prompt"]) for entry in due] == [
        (1, "On the decay of recurrent networks, part 1"),
        (2, "On the symmetry of graph networks, part 2"),
    ]
    rated = run_cli("rate", "hard", f"card:{due[1]['card']}", "3", "--json").json
    check(rated, RATED)
    assert [card["interval_days"] for card in rated] == [due[1]["intervals"]["hard"]] * 2


def test_undo_list(six_papers: str, run_cli: Run) -> None:
    run_cli("mark", "dropped", 1, 2)
    run_cli("undo")
    steps = run_cli("undo", "--list", "--json").json
    check(steps, STEPS)
    assert steps == [
        {"step": 2, "at": "2026-11-23T08:00:00Z", "what": "dropped", "papers": 2, "undone": True},
        {"step": 1, "at": "2026-11-23T08:00:00Z", "what": "imported", "papers": 6, "undone": False},
    ]


def test_undo_and_redo_report_an_outcome(six_papers: str, run_cli: Run) -> None:
    run_cli("star", 1)
    for command in ("undo", "redo"):
        outcome = run_cli(command, "--json").json
        check(outcome, OUTCOME)
        assert (outcome["changed"], outcome["step"], outcome["conflicts"]) == (1, 2, [])


@pytest.mark.parametrize("command", ["list", "due"])
def test_an_empty_result_is_an_empty_array(library: str, run_cli: Run, command: str) -> None:
    assert run_cli(command, "--json") == (0, "[]\n", "")


@given(
    st.lists(
        st.recursive(
            st.none() | st.integers() | st.text(),
            lambda one: st.lists(one) | st.dictionaries(st.text(), one),
            max_leaves=5,
        )
    )
)
def test_an_array_written_in_parts_is_the_text_of_the_whole(values: list[Any]) -> None:
    assert "".join(streams.json_array(values)) == streams.as_json(values) + "\n"


@pytest.mark.parametrize(
    "words",
    [
        ("note", "none", "--append", "x"),
        ("note", "none", "--set", "-"),
        ("key", "none", "new"),
        ("edit", "none", "--set", "-"),
        ("highlights", "none"),
        ("enrich", "none", "--as", "2611.00009"),
        ("pdf", "none"),
        ("pdf", "none", "--attach", "x.pdf"),
    ],
    ids=" ".join,
)
def test_a_change_of_an_unknown_paper_is_told_in_json(six_papers: str, run_cli: Run, words: tuple[str, ...]) -> None:
    result = run_cli(*words, "--json")
    assert (result.status, result.err) == (1, "error: no paper 'none' (see readq list)\n")
    assert result.json == {"changed": 0, "unchanged": 0, "missing": ["none"], "step": None}


@pytest.mark.parametrize("command", ["show", "note", "key", "open"])
def test_a_look_at_an_unknown_paper_is_told_in_json(six_papers: str, run_cli: Run, command: str) -> None:
    result = run_cli(command, "none", "--json")
    assert (result.status, result.json) == (1, {"missing": ["none"]})
    assert run_cli(command, "none").out == ""


def test_what_has_a_format_of_its_own_is_wrapped_in_json(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    run_cli("feed", "add", "hf:daily", "--no-sync")
    text = run_cli("feed", "export").out
    assert run_cli("feed", "export", "--json").json == {"feeds": 1, "text": text, "rejected": []}
    for command in ("list", "sync"):
        assert run_cli("help", command).out == run_cli(command, "--help").out
        assert run_cli("help", command, "--json").json == {"topic": command, "text": run_cli("help", command).out}
    bib = str(tmp_path / "refs.bib")
    run_cli("export", "-o", bib, "--keep")
    assert run_cli("export", "--forget", bib, "--json").json == {"path": bib, "kept": False}


def test_the_log_of_answers_in_json_has_the_columns_of_the_csv(six_papers: str, run_cli: Run) -> None:
    assert run_cli("stats", "--log", "--json").json == []
    run_cli("rate", "good", 1, 2)
    (header, *rows) = run_cli("stats", "--log").out.splitlines()
    answers = run_cli("stats", "--log", "--json").json
    assert [list(answer) for answer in answers] == [header.split(",")] * len(rows)
    assert [answer["review_rating"] for answer in answers] == [3, 3]
