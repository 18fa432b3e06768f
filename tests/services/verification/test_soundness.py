"""`verify --offline`: what BibTeX or biber would stumble on, by line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from readq.formats.bib_file.faults import faults

Run = Callable[..., Any]
GOOD = """@string{jacm = "J. ACM"}
@article{good, author = {A}, title = "B {"} C", journal = jacm # { X}, year = 2020, month = jan }
@proceedings{parent, title = {P}, year = 2001}
@inproceedings{child, author = {A}, title = {B}, crossref = {parent}}
@online{web, title = {W}, url = {https://example.org/a#b}}
@comment{anything}
% @article{commented, }
@Misc(round, title = {x (y)},)
"""


def kinds(text: str) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.key, fault.kind) for fault in faults(text.encode())]


def test_a_sound_file_has_no_faults() -> None:
    assert faults(GOOD.encode()) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@misc{a, title={x}}\n@misc{a, title={y}}", [(2, "a", "duplicate-key")]),
        ("@misc{a, title={x}}\n\n@misc{A, title={y}}", [(3, "A", "key-case")]),
        ("@article{a, title={x}, author={y}, year=2000}", [(1, "a", "missing-field")]),
        ("@article{a, title={}, author={y}, year=2000, journal={j}}", [(1, "a", "missing-field")]),
        ("\n@misc{a, title = jacm # {x}}", [(2, "a", "undefined-string")]),
        ("@misc{a, crossref={b}}", [(1, "a", "undefined-crossref")]),
        ("@misc{a, title={x}\n@misc{b, title={y}}", [(1, "", "unbalanced")]),
        ("@misc{a, title={x} author={y}}", [(1, "a", "syntax")]),
        ("@misc{a, title={x}, title={y}}", [(1, "a", "duplicate-field")]),
        ("@misc{a, title {x}}", [(1, "a", "syntax")]),
        ("@misc{, title={x}}", [(1, "", "syntax")]),
        ("<<<<<<< HEAD\n@misc{a,}\n=======\n>>>>>>> b", [(1, "", "conflict"), (4, "", "conflict")]),
    ],
)
def test_faults_are_named_by_line(text: str, expected: list[tuple[int, str, str]]) -> None:
    assert kinds(text) == expected


def test_the_command(library: str, run_cli: Run, tmp_path: Path) -> None:
    bib = tmp_path / "refs.bib"
    bib.write_text("@misc{a, title={x}}\n@misc{A, title={y}}\n")
    done = run_cli("verify", "--offline", "--bib", bib)
    line = f"{bib}:2: A: the key differs from a before it only by case, which BibTeX ignores\n"
    assert done == (1, line, "1 fault\n")
    assert run_cli("verify", "--offline", "--bib", bib, "--json").json[0]["kind"] == "key-case"
    bib.write_text(GOOD)
    assert run_cli("verify", "--offline", "--bib", bib) == (0, "", "0 faults\n")
    run_cli("import", bib)
    assert run_cli("verify", "--offline").status == 0


def test_many_faults_take_time_that_grows_with_the_file() -> None:
    assert len(faults(b"@misc{a, title={x}}\n" * 5000)) == 4999
    assert faults(b"@misc{a, title = " * 3000)
