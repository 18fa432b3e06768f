"""A walk through notes: a link followed and back, an editor beside, and a highlight that a search finds."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pytest
from pdf_writer import pdf
from pypdf.annotations import Highlight
from pypdf.generic import ArrayObject, FloatObject

READQ = Path(sys.executable).with_name("readq")

pytestmark = pytest.mark.tty


def highlighted(path: Path) -> None:
    """A PDF with one highlight, over its first line, which begins at (50, 700) in letters of 10 points."""
    path.write_bytes(pdf("Photosynthesis in ferns is slow.\nA second line."))
    writer = pypdf.PdfWriter(clone_from=str(path))
    quad = [40, 712, 400, 712, 40, 696, 400, 696]
    mark = Highlight(rect=(40, 696, 400, 712), quad_points=ArrayObject(map(FloatObject, quad)))
    writer.add_annotation(0, mark)
    writer.write(str(path))


def test_a_walk_through_notes(
    tmp_path: Path, environment: dict[str, str], open_terminal: Callable[[int, int], Any]
) -> None:
    papers = [
        {"paper": {"id": f"2611.0000{number}", "title": title, "authors": [{"name": "Ada Lovelace"}]}}
        for number, title in ((1, "On the growth of networks"), (2, "Boosting of trees"))
    ]
    (tmp_path / "two.json").write_text(json.dumps(papers))
    folder, config = tmp_path / "papers", tmp_path / "notes.toml"
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "written beside" >> "$1"\n')
    editor.chmod(0o755)
    config.write_text(
        f'[notes]\nfolder = "{folder}"\neditor = "external"\nopen = "{editor} {{file}}"\n[sync]\nat_start = false\n'
    )
    environment["READQ_CONFIG"] = str(config)

    def readq(*words: str) -> str:
        return subprocess.run([READQ, *words], env=environment, capture_output=True, check=True, text=True).stdout

    readq("import", str(tmp_path / "two.json"))
    highlighted(tmp_path / "two.pdf")
    readq("pdf", "2", "--attach", str(tmp_path / "two.pdf"))
    key = json.loads(readq("show", "2", "--json"))["key"]
    readq("note", "1", "--append", f"see [[{key}]]")

    terminal = open_terminal(120, 40)
    terminal.start(READQ)
    terminal.wait("On the growth of networks")
    terminal.type("/growth")
    terminal.press("Enter", "Enter")
    terminal.wait(f"→ {key}")
    terminal.press("Enter")
    terminal.wait("← ")
    terminal.press("H")
    terminal.wait("1 highlight taken into the note")
    terminal.wait("Photosynthesis in ferns is slow")
    terminal.press("-")
    terminal.wait(f"→ {key}")
    terminal.press("n")
    terminal.wait("written beside")
    terminal.press("q")
    terminal.wait("clear filter")
    terminal.press("Escape")
    terminal.wait(lambda screen: "clear filter" not in screen)
    terminal.type("/photosynthesis")
    terminal.press("Enter")
    terminal.wait("filter: photosynthesis · 1 paper")
    terminal.press("C-q")
    terminal.wait(lambda screen: "Boosting" not in screen)
    assert {"written beside" in path.read_text() for path in folder.glob("*.md")} == {True, False}
