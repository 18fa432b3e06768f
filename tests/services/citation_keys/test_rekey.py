"""`readq rekey`: keys in the form of the settings, what is frozen stays, and undo takes it back."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Author, Trust
from readq.services.citation_keys import rekey
from readq.services.citing.export import copy_key
from readq.services.history import undo
from readq.services.importing.changes import Entry
from readq.services.importing.ingest import ingest
from readq.services.papers import corrections, notes
from readq.store.library import open_for_writing
from readq.store.papers import queries
from readq.store.papers.decisions import existing
from readq.store.references import find
from readq.templates import key_template

DAY = "2026-11-23"
SHORT = key_template.parse("{auth}{yy}")
Said = tuple[str, str, int]
PAPERS: Sequence[Said] = (
    ("Ada Lovelace", "On Growth", 2025),
    ("Ada Lovelace", "On Decay", 2025),
    ("Li Fei-Fei", "On Sight", 2024),
)


def take(library: str, papers: Sequence[Said], now: datetime, key: str | None = None) -> None:
    entries = [
        Entry(FetchedPaper(title, trust=Trust.ARXIV, authors=(Author(name),), year=year, key=key), None, DAY)
        for name, title, year in papers
    ]
    ingest(library, entries, now)


def keys(connection: sqlite3.Connection) -> dict[int, tuple[str, bool]]:
    rows = connection.execute("SELECT id, key, key_frozen FROM paper ORDER BY id")
    return {number: (key, bool(frozen)) for number, key, frozen in rows}


@pytest.fixture
def filled(library: str, connection: sqlite3.Connection, now: datetime) -> sqlite3.Connection:
    take(library, PAPERS, now)
    return connection


def test_only_keys_that_are_not_frozen_move(filled: sqlite3.Connection, now: datetime) -> None:
    copy_key(filled, 2)
    outcome, done = rekey.rekey(filled, [1, 2, 3], SHORT, now)
    assert keys(filled) == {1: ("lovelace25", False), 2: ("lovelace2025decay", True), 3: ("feifei24", False)}
    assert done.moved == ((1, "lovelace2025growth", "lovelace25"), (3, "feifei2024sight", "feifei24"))
    assert done.frozen == ((2, "lovelace2025decay", "lovelace25a"),)
    assert (outcome.changed, outcome.unchanged) == (2, 1)
    assert find(filled, "lovelace2025growth") == 1


def test_frozen_keys_move_on_demand_and_stay_frozen(filled: sqlite3.Connection, now: datetime) -> None:
    copy_key(filled, 1)
    assert rekey.plan(filled, [1, 2, 3], SHORT, frozen=True).moved[0].new == "lovelace25"
    rekey.rekey(filled, [1, 2, 3], SHORT, now, frozen=True)
    assert keys(filled) == {1: ("lovelace25", True), 2: ("lovelace25a", False), 3: ("feifei24", False)}


def test_links_in_notes_follow_and_one_undo_takes_all_back(filled: sqlite3.Connection, now: datetime) -> None:
    notes.append(filled, 3, "See [[lovelace2025growth]] and [[lovelace2025decay|that]].", now)
    before = keys(filled)
    rekey.rekey(filled, [1, 2, 3], SHORT, now)
    paper = queries.paper(filled, 3)
    assert paper is not None
    assert paper.note == "See [[lovelace25]] and [[lovelace25a|that]]."
    undo.undo(filled, now)
    paper = queries.paper(filled, 3)
    assert paper is not None
    assert paper.note == "See [[lovelace2025growth]] and [[lovelace2025decay|that]]."
    assert keys(filled) == before
    assert find(filled, "lovelace25") is None
    undo.redo(filled, now)
    assert keys(filled)[2] == ("lovelace25a", False)


def test_links_of_many_keys_follow_at_once(library: str, connection: sqlite3.Connection, now: datetime) -> None:
    take(
        library,
        [("Ada Lovelace", f"Growth{'abcdefghijklmnop'[n % 16]}{'x' * (n // 16)}", 2025) for n in range(250)],
        now,
    )
    notes.append(connection, 1, "See [[lovelace2025growthb]].", now)
    _, done = rekey.rekey(connection, list(range(1, 251)), SHORT, now)
    assert len(done.moved) == 250
    paper = queries.paper(connection, 1)
    assert paper is not None
    assert paper.note == "See [[lovelace25a]]."


def test_keys_of_others_are_never_taken(library: str, connection: sqlite3.Connection, now: datetime) -> None:
    take(library, PAPERS[:1], now, key="Lovelace25")
    take(library, PAPERS[1:], now)
    corrections.set_key(connection, 2, "mine", now)
    _, done = rekey.rekey(connection, [3, 2, 1], SHORT, now, frozen=True)
    # A key that differs in case only is the same to BibTeX.
    assert done.moved == (
        (1, "Lovelace25", "lovelace25"),
        (2, "mine", "lovelace25a"),
        (3, "feifei2024sight", "feifei24"),
    )


def test_a_plan_changes_nothing(filled: sqlite3.Connection) -> None:
    before = keys(filled)
    assert len(rekey.plan(filled, [1, 2, 3], SHORT, frozen=True).moved) == 3
    assert keys(filled) == before


_WORDS = st.sampled_from(["On Growth", "On Decay", "On Sight", "王", ""])
_NAMES = st.sampled_from(["Ada Lovelace", "Li Fei-Fei", "王小明", "Ann Li"])
_FORMS = st.sampled_from(["{auth}{yy}", "{auth}{year}{title1}", "{year}", "{auth|upper}{title:2|title}", "{auths:2}a"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(_NAMES, _WORDS.filter(bool), st.integers(1999, 2002)), min_size=1, max_size=8),
    st.lists(st.tuples(_FORMS, st.sampled_from(["ascii", "native"]), st.booleans()), min_size=1, max_size=3),
)
def test_keys_stay_unique_and_a_second_run_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, now: datetime, papers: list[Said], runs: list[tuple[str, str, bool]]
) -> None:
    library = str(tmp_path_factory.mktemp("rekey") / "library.db")
    take(library, papers, now)
    connection = open_for_writing(library)
    ids = existing(connection, range(1, len(papers) + 1))
    for template, letters, frozen in runs:
        form = key_template.parse(template, letters)
        before = keys(connection)
        rekey.rekey(connection, ids, form, now, frozen=frozen)
        after = keys(connection)
        assert len({key.casefold() for key, _ in after.values()}) == len(after)
        assert all(find(connection, f"key:{key}") == number for number, (key, _) in before.items())
        again = rekey.plan(connection, ids, form, frozen=frozen)
        assert again.moved == ()
    connection.close()


def test_the_command_previews_moves_and_names_what_is_frozen(
    filled: sqlite3.Connection, run_cli: Callable[..., Any], tmp_path: Path
) -> None:
    copy_key(filled, 2)
    config = tmp_path / "config.toml"
    config.write_text('[export]\nkey = "{auth}{yy}"\n')
    shown = run_cli("rekey", "--dry-run", "--config", config)
    assert shown.out.splitlines() == ["lovelace2025growth -> lovelace25", "feifei2024sight -> feifei24"]
    assert "lovelace2025decay (lovelace25a)" in shown.err
    assert keys(filled)[1] == ("lovelace2025growth", False)
    found = run_cli("rekey", "author:fei", "--json", "--config", config).json
    assert found["keys"] == [{"id": 3, "from": "feifei2024sight", "to": "feifei24"}]
    assert (found["changed"], found["unchanged"], found["frozen"]) == (1, 0, [])
    config.write_text('[export]\nkey = "{auth}{yera}"\n')
    wrong = run_cli("rekey", "--config", config)
    assert wrong.status == 78
    assert "line 2: export.key must be a template" in wrong.err
    assert "{yera}" in wrong.err


def test_new_papers_get_keys_of_the_form_and_old_ones_keep_theirs(
    filled: sqlite3.Connection, run_cli: Callable[..., Any], tmp_path: Path
) -> None:
    config, bib = tmp_path / "config.toml", tmp_path / "new.bib"
    config.write_text('[export]\nkey = "{auth|title}:{yy}"\n')
    bib.write_text("TY  - JOUR\nAU  - Jones, Ann\nTI  - On Sound\nPY  - 2023\nER  -\n")
    run_cli("import", bib, "--config", config)
    assert keys(filled) == {
        1: ("lovelace2025growth", False),
        2: ("lovelace2025decay", False),
        3: ("feifei2024sight", False),
        4: ("Jones:23", False),
    }


def test_a_frozen_key_that_does_not_fit_any_more_is_named(
    library: str, filled: sqlite3.Connection, run_cli: Callable[..., Any], now: datetime
) -> None:
    copy_key(filled, 1)
    copy_key(filled, 3)
    entry = "@misc{lovelace2025growth, author={Lovelace, Ada}, title={On Growth}, year=%s}"
    done = run_cli("edit", "1", "--set", "-", stdin=entry % "2026")
    assert (done.status, done.err.count("readq rekey --frozen key:lovelace2025growth")) == (0, 1)
    # It is said once, when it happens.
    assert "rekey" not in run_cli("edit", "1", "--set", "-", stdin=entry % "2027").err
    better = FetchedPaper("On Sight", trust=Trust.REGISTRY, authors=(Author("Li Fei-Fei"),), year=2026)
    report = ingest(library, [Entry(better, None, DAY, number=3)], now)
    assert report.messages == (
        "feifei2024sight does not fit its paper any more, and stays, as it is frozen: "
        "readq rekey --frozen key:feifei2024sight",
    )
