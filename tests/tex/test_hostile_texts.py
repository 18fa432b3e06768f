"""Hostile titles and names in print: a small run of `hostile_texts.py`, which is a command for long ones."""

import shutil
from pathlib import Path

import pytest
from hostile_texts import PROGRAMS, drawn, typeset

pytestmark = [
    pytest.mark.tex,
    pytest.mark.skipif(
        not all(map(shutil.which, ("pdflatex", "bibtex", "biber", "pdftotext"))), reason="LaTeX is not installed"
    ),
]


@pytest.mark.parametrize("dialect", PROGRAMS)
def test_a_hostile_text_is_printed_as_it_is_stored(dialect: str, tmp_path: Path) -> None:
    done = typeset(drawn(25, 7), dialect, tmp_path)
    assert done.compared == 25
    assert not done.faults, "\n".join(done.faults)
