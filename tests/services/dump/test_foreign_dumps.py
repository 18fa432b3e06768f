"""A dump that somebody else made: it brings papers, and neither commands nor files from elsewhere."""

import itertools
import json
import os
import tomllib
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from readq.config import SETTINGS, TABLES, is_harmless
from readq.errors import ReadqError
from readq.services.dump.file_layout import CONFIG, FEEDS, MARKER, NOTES, PAPERS, RATINGS, VIEWS
from readq.services.dump.write_folder import dump
from readq.store.library import open_for_reading

Run = Callable[..., Any]


@pytest.fixture
def dumped(run_cli: Run, tmp_path: Path) -> Path:
    page = tmp_path / "one.bib"
    page.write_text("@misc{one, title={Ponds of the north}, author={Heron, Ada}, year=2020}\n", encoding="utf-8")
    assert run_cli("import", page).status == 0
    assert run_cli("note", "one", "--set", "-", stdin="my note\n").status == 0
    assert run_cli("dump", tmp_path / "dump").status == 0
    return tmp_path / "dump"


@pytest.fixture
def other(run_cli: Run, dumped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run readq over another library and another config file, which are missing at first."""
    assert dumped.is_dir()
    monkeypatch.setenv("READQ_CONFIG", str(tmp_path / "other.toml"))
    monkeypatch.setenv("READQ_DB", str(tmp_path / "other.db"))
    return run_cli


HARMFUL = {
    "commands.evil": '{ key = "W", run = ["evil", "{pdf}"] }',
    "copy.command": '["evil"]',
    "library": '"elsewhere.db"',
    "pdf_dir": '"elsewhere"',
    "cache": '"elsewhere"',
    "open.pdf": '"sh -c evil {file}"',
    "net.allow_private": "true",
    "backup.automatic": "false",
    "mail.host": '"evil.example.org"',
    "mail.password_command": '["evil"]',
    "endpoints.arxiv": '"https://evil.example.org"',
    "keys.quit": '"d"',
}


def test_only_settings_that_run_nothing_and_use_no_file_are_harmless() -> None:
    assert {name for name in SETTINGS if is_harmless(name)} == {
        "theme",
        "digest.limit",
        "export.journals",
        "export.key",
        "export.key_letters",
        "export.preprints",
        "export.protect",
        "list.columns",
        "list.wrap",
        "notes.template",
        "plain",
        "queue.budget",
        *(name for name in SETTINGS if name.startswith("review.") and name != "review.drafts"),
    }
    assert not any(is_harmless(f"{table}.x") for table in TABLES)


def test_harmless_settings_are_taken_and_the_others_named_and_left(other: Run, dumped: Path, tmp_path: Path) -> None:
    given = {name: value for name, value in HARMFUL.items() if name in SETTINGS or name.split(".")[0] in TABLES}
    assert len(given) >= 6
    lines = [f"{name} = {value}\n" for name, value in given.items()]
    (dumped / CONFIG).write_text('theme = "nord"\nreview.papers_a_day = 7\n' + "".join(lines))
    run = other("import", dumped)
    assert run.status == 0
    assert all(name in run.err for name in given)
    assert "readq config set sets them" in run.err
    assert "--with-config" not in run.err
    assert tomllib.loads((tmp_path / "other.toml").read_text()) == {"theme": "nord", "review": {"papers_a_day": 7}}


def test_a_config_file_that_is_there_stays_as_it_is(other: Run, dumped: Path, tmp_path: Path) -> None:
    (dumped / CONFIG).write_text('theme = "nord"\nopen.pdf = "evil {file}"\n')
    (tmp_path / "other.toml").write_text("# mine\n")
    run = other("import", dumped)
    config = tmp_path / "other.toml"
    assert run.status == 0
    assert f"settings of the dump left out: theme, open.pdf; {config} exists\n" in run.err
    for options in (("--with-config",), ("--with-config", "--yes")):
        run = other("import", *options, dumped)
        assert (run.status, run.out) == (2, "")
        assert run.err.startswith(f"error: {config} exists, so the settings of a dump are not imported")
        assert config.read_text() == "# mine\n"


def test_importing_the_same_settings_again_changes_nothing(other: Run, dumped: Path, tmp_path: Path) -> None:
    (dumped / CONFIG).write_text('theme = "nord"\nopen.pdf = "evil {file}"\n')
    other("import", "--with-config", "--yes", dumped)
    text = (tmp_path / "other.toml").read_text()
    for options in ((), ("--with-config", "--yes")):
        again = other("import", *options, dumped)
        assert again.status == 0
        assert "not imported" not in again.err + again.out
        assert "left out" not in again.err
    assert (tmp_path / "other.toml").read_text() == text


def test_with_config_shows_all_settings_and_needs_a_yes(other: Run, dumped: Path, tmp_path: Path) -> None:
    (dumped / CONFIG).write_text('open.pdf = "evil {file}"\n')
    refused = other("import", "--with-config", dumped)
    assert refused.status == 2
    assert 'open.pdf = "evil {file}"' in refused.err
    assert not (tmp_path / "other.toml").exists()
    assert not (tmp_path / "other.db").exists()
    assert other("import", "--with-config", "--yes", dumped).status == 0
    assert (tmp_path / "other.toml").read_text() == (dumped / CONFIG).read_text()


@pytest.mark.parametrize("name", [PAPERS, RATINGS, FEEDS, VIEWS, CONFIG, f"{NOTES}/one.md", NOTES])
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_links_and_pipes_in_a_dump_are_not_read(other: Run, dumped: Path, tmp_path: Path, name: str, kind: str) -> None:
    path = dumped / name
    secret = tmp_path / "secret"
    if path.exists():
        path.rename(secret)
    elif name == CONFIG:
        secret.write_text('theme = "nord"\n')
    if kind == "link":
        path.symlink_to(secret)
    else:
        os.mkfifo(path)
    run = other("import", dumped)
    assert "not a regular file" in run.err or name == NOTES
    assert run.status == (65 if name == PAPERS else 1)
    shown = other("list", "--json").json
    assert [paper["note"] for paper in shown] in ([], [None], ["my note"])
    if name.startswith(NOTES):
        assert [paper["note"] for paper in shown] == [None]
    assert not (tmp_path / "other.toml").exists()


def test_a_marker_that_is_a_link_marks_no_dump(other: Run, dumped: Path, tmp_path: Path) -> None:
    (dumped / MARKER).rename(tmp_path / "marker")
    (dumped / MARKER).symlink_to(tmp_path / "marker")
    with closing(open_for_reading(str(tmp_path / "library.db"))) as connection, pytest.raises(ReadqError):
        dump(connection, str(dumped))


@pytest.mark.parametrize("name", [PAPERS, FEEDS, f"{NOTES}/one.md", NOTES])
def test_dumping_into_a_folder_with_links_writes_nothing(library: str, dumped: Path, tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    (dumped / name).rename(outside)
    (dumped / name).symlink_to(outside)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with closing(open_for_reading(library)) as connection, pytest.raises(ReadqError) as raised:
        dump(connection, str(dumped))
    assert "is not a regular file" in str(raised.value)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_hidden_files_of_git_in_a_dump_change_nothing(library: str, dumped: Path) -> None:
    (dumped / ".gitattributes").write_text("*.jsonl filter=evil\n")
    (dumped / ".git" / "hooks").mkdir(parents=True)
    hook = dumped / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\ntouch PWNED\n")
    hook.chmod(0o755)
    with closing(open_for_reading(library)) as connection:
        dump(connection, str(dumped))
    assert (dumped / ".gitattributes").read_text() == "*.jsonl filter=evil\n"
    assert hook.exists()
    assert not list(dumped.rglob("PWNED"))


@pytest.mark.parametrize("version", ["2" * 3_000, f'"{"x" * 9_000}"', "[" * 500 + "]" * 500])
def test_the_format_of_a_dump_is_not_repeated_at_length(other: Run, dumped: Path, version: str) -> None:
    (dumped / MARKER).write_text(f'{{"format": {version}}}')
    done = other("import", dumped)
    assert (done.status, done.err.count("\n")) == (65, 1)
    assert len(done.err) < 400


@pytest.mark.parametrize("key", ["x" * 9_000, "é" * 9_000, '"several\nlines\n"'])
def test_the_key_of_a_rating_is_not_repeated_at_length(other: Run, dumped: Path, key: str) -> None:
    line = f"{key},,2026-11-20T08:00:00Z,2026-11-20,3600,3,0.9,fsrs-6\n"
    (dumped / RATINGS).write_text((dumped / RATINGS).read_text() + line)
    done = other("import", dumped)
    assert done.status == 1
    assert "no paper" in done.err
    assert len(max(done.err.splitlines(), key=len)) < 400


@pytest.mark.parametrize(
    ("spec", "host"),
    [
        ("http://127.0.0.1:8080/feed", "127.0.0.1"),
        ("http://[::1]/feed", "::1"),
        ("http://router/feed", "router"),
        ("https://printer.local/feed", "printer.local"),
        ("https://example.org/feed", None),
        ("hf:daily", None),
    ],
)
def test_a_feed_on_a_private_host_is_named(dumped: Path, other: Run, spec: str, host: str | None) -> None:
    feed = {"added": "2026-11-20T00:00:00Z", "name": "theirs", "spec": spec}
    (dumped / FEEDS).write_text(json.dumps([feed]), encoding="utf-8")
    expected = f"feed theirs of the dump is on the private host {host} (readq feed remove theirs)"
    assert (expected in other("import", dumped).err) == (host is not None)
    # A feed that the library has is the reader's own.
    assert "private host" not in other("import", dumped).err


def test_papers_of_a_dump_that_are_one_paper_are_named(other: Run, dumped: Path) -> None:
    (line,) = (dumped / PAPERS).read_text(encoding="utf-8").splitlines()
    first = {**json.loads(line), "identifiers": [["doi", "10.5555/moth"]]}
    second = {**first, "key": "two", "title": "Something else", "note": False}
    (dumped / PAPERS).write_text(f"{json.dumps(first)}\n{json.dumps(second)}\n", encoding="utf-8")
    report = other("import", "--json", dumped)
    (joined,) = report.json["joined"]
    assert {joined["from"], joined["into"], joined["why"]} == {"one", "two", "doi"}
    assert f"{joined['from']} is the paper {joined['into']} (doi)\n" in report.err
    again = other("import", "--json", dumped)
    assert (again.json["unchanged"], again.json["joined"], again.err) == (2, [], "")


@pytest.mark.parametrize(
    ("value", "why"), [("9" * 5000, "broken JSON: a number with too many digits"), ("[" * 50_000, "nested too deeply")]
)
def test_a_line_that_python_refuses_is_named_in_words_of_readq(other: Run, dumped: Path, value: str, why: str) -> None:
    with (dumped / PAPERS).open("a", encoding="utf-8") as file:
        file.write(f'{{"key": "k", "year": {value}}}\n')
    report = other("import", "--json", dumped)
    assert report.json["rejected"] == [{"where": f"{dumped / PAPERS}: line 2", "why": why}]
    assert report.json["new"] == 1


_CARD = {"kind": "paper", "question": None, "answer": None, "enrolled": True, "buried_until": None, "priority": 0}


def _rate(dumped: Path, answers: Sequence[str], due: str | None = None) -> None:
    """Give the paper of the dump a card with answers. Each is `TIME DAY KIND RATING`."""
    (line,) = (dumped / PAPERS).read_text(encoding="utf-8").splitlines()
    (dumped / PAPERS).write_text(json.dumps({**json.loads(line), "cards": [{**_CARD, "due": due}]}) + "\n")
    rows = [answer.split() for answer in answers]
    heading = "key,card,at,day,utc_offset,rating,retention,algorithm,kind\n"
    lines = [f"one,,{at},{day},0,{rating},0.9,fsrs-6,{kind}\n" for at, day, kind, rating in rows]
    (dumped / RATINGS).write_text(heading + "".join(lines))


_ANSWERS = (
    "2026-11-03T08:00:00Z 2026-11-03 answer 3",
    "2026-11-06T08:00:00Z 2026-11-06 answer 2",
    "2026-11-12T08:00:00Z 2026-11-12 answer 4",
)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_lines_of_the_ratings_may_be_in_any_order(other: Run, dumped: Path, order: Sequence[int]) -> None:
    _rate(dumped, _ANSWERS)
    assert other("import", dumped).status == 0
    expected = other("cards", "one", "--json").json
    assert other("undo").status == 0
    _rate(dumped, [_ANSWERS[index] for index in order])
    assert other("import", dumped).status == 0
    assert [card["due"] for card in other("cards", "one", "--json").json] == [card["due"] for card in expected]
    assert other("check").out == "no problems\n"


def test_answers_whose_days_disagree_with_their_times_are_taken(other: Run, dumped: Path) -> None:
    _rate(dumped, ["2026-11-06T08:00:00Z 2026-11-07 answer 3", "2026-11-07T08:00:00Z 2026-11-06 answer 3"])
    assert other("import", dumped).status == 0
    assert other("check").out == "no problems\n"


@pytest.mark.parametrize("due", ["0001-01-01", "2026-11-01", "9999-12-31"])
def test_the_answers_give_the_day_of_a_rated_card(other: Run, dumped: Path, due: str) -> None:
    _rate(dumped, _ANSWERS, due)
    assert other("import", dumped).status == 0
    assert other("check").out == "no problems\n"


def test_a_read_has_no_rating_of_its_own(other: Run, dumped: Path) -> None:
    _rate(dumped, [*_ANSWERS, "2026-11-12T09:00:00Z 2026-11-12 read 1"])
    done = other("import", dumped)
    assert (done.status, "rating of a read is not 3" in done.err) == (1, True)
    assert other("check").out == "no problems\n"


def test_an_address_with_a_scheme_in_capitals_rejects_no_paper(other: Run, dumped: Path) -> None:
    (line,) = (dumped / PAPERS).read_text(encoding="utf-8").splitlines()
    (dumped / PAPERS).write_text(json.dumps({**json.loads(line), "url": "HTTPS://L.example/A"}) + "\n")
    assert other("import", dumped).status == 0
    assert other("list", "--json").json[0]["url"] == "https://L.example/A"
    assert other("check").out == "no problems\n"
