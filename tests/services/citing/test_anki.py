"""Notes for Anki, imported by the real package where it is installed: texts are renewed, schedules stay."""

import csv
import importlib.util
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

NOTE = 'claim: $E=mc^2$ holds & <b>more</b>\nuse: "quoted"\n\nWhich law? :: Conservation\tof charge.'

# A process of its own: the package keeps a runtime for the whole process.
_IMPORT = """
import sys
from anki.collection import Collection, ImportCsvRequest
from anki.scheduler.v3 import CardAnswer
collection = Collection(sys.argv[1])
metadata = collection.get_csv_metadata(sys.argv[2], None)
collection.import_csv(ImportCsvRequest(path=sys.argv[2], metadata=metadata))
if sys.argv[3] == "answer":
    collection.decks.set_current(collection.decks.id("readq"))
    while (queued := collection.sched.get_queued_cards()).cards:
        top = queued.cards[0]
        card = collection.get_card(top.card.id)
        card.start_timer()
        collection.sched.answer_card(
            collection.sched.build_answer(card=card, states=top.states, rating=CardAnswer.EASY)
        )
for number in sorted(collection.find_notes("")):
    note = collection.get_note(number)
    card = note.cards()[0]
    print(note.guid, note["Front"], note["Back"], card.ivl > 0, card.reps, collection.decks.name(card.did), sep="|")
collection.close()
"""


def rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith("#")]
    return list(csv.reader(io.StringIO("".join(lines)), delimiter="\t"))


@pytest.fixture
def noted(six_papers: str, run_cli: Run, tmp_path: Path) -> str:
    """Return the citation key of a paper with a note, a claim and a question."""
    file = tmp_path / "note.md"
    file.write_text(NOTE)
    run_cli("note", 1, "--set", file)
    run_cli("tag", 1, "-a", "physics")
    return str(run_cli("show", 1, "--json").json["key"])


def test_each_own_line_and_question_is_a_note(noted: str, run_cli: Run) -> None:
    out = run_cli("export", "--format", "anki").out
    assert out.startswith("#separator:Tab\n#html:true\n#notetype:Basic\n#deck:readq\n")
    claim, use, question = rows(out)
    assert [row[0] for row in (claim, use, question)] == [f"readq:{noted}:{name}" for name in ("claim", "use", 1)]
    assert claim[2] == r"\(E=mc^2\) holds &amp; &lt;b&gt;more&lt;/b&gt;"
    assert use[2] == '"quoted"'
    assert question[1].startswith("Which law?<br><small>")
    assert question[2:] == ["Conservation of charge.", "physics"]


def test_a_paper_in_review_without_a_claim_has_its_abstract(six_papers: str, run_cli: Run) -> None:
    run_cli("enrol", 2, 3)
    run_cli("note", 3, "--append", "claim: it holds")
    found = [row[0].rpartition(":")[2] for row in rows(run_cli("export", "--format", "anki").out)]
    has_abstract = run_cli("show", 2, "--json").json["abstract"] is not None
    assert found == ["claim"] * (1 + has_abstract)


def test_an_edited_question_keeps_its_identifier(noted: str, run_cli: Run, tmp_path: Path) -> None:
    before = [row[0] for row in rows(run_cli("export", "--format", "anki").out)]
    file = tmp_path / "note.md"
    file.write_text(NOTE.replace("Which law?", "Which law is it?"))
    run_cli("note", 1, "--set", file)
    after = rows(run_cli("export", "--format", "anki").out)
    assert [row[0] for row in after] == before
    assert after[2][1].startswith("Which law is it?")


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("anki") is None, reason="the package anki is not installed")
def test_anki_renews_texts_and_keeps_schedules(noted: str, run_cli: Run, tmp_path: Path) -> None:
    def imported(action: str) -> list[list[str]]:
        text = tmp_path / "cards.txt"
        run_cli("export", "--format", "anki", "-o", text)
        done = subprocess.run(
            [sys.executable, "-c", _IMPORT, str(tmp_path / "c.anki2"), str(text), action],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        return [line.split("|") for line in done.stdout.splitlines()]

    first = imported("answer")
    assert [row[0] for row in first] == [f"readq:{noted}:{name}" for name in ("claim", "use", 1)]
    assert all(row[3:] == ["True", "1", "readq"] for row in first)
    file = tmp_path / "note.md"
    file.write_text(NOTE.replace("Which law?", "Which law is it?").replace("holds", "is wrong"))
    run_cli("note", 1, "--set", file)
    second = imported("look")
    assert [[row[0], *row[3:]] for row in second] == [[row[0], *row[3:]] for row in first]
    assert second[2][1].startswith("Which law is it?")
    assert "is wrong" in second[0][2]
