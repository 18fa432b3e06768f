"""What the README shows is so: its command lines, its pictures, the rows of its table."""

import re
from pathlib import Path

import table
from documented_lines import refused, shown_lines

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()


def test_each_command_line_is_one_that_readq_takes() -> None:
    lines = [words for words in shown_lines(README) if words]
    assert len(lines) > 15
    assert [why for words in lines if (why := refused(words))] == []


def test_each_picture_is_there_and_the_first_is_a_png() -> None:
    pictures = re.findall(r"!\[[^]]+\]\((screenshots/[^)]+)\)", README)
    assert [name for name in pictures if not (ROOT / name).exists()] == []
    assert (ROOT / pictures[0]).read_bytes().startswith(b"\x89PNG")


def test_the_table_has_the_rows_that_its_command_prints() -> None:
    assert "`python tests/bench/run.py --short`" in README
    assert set(table.SHORT) <= {row.name for row in table.ROWS}
    labels = {row.label for row in table.ROWS if row.name in table.SHORT}
    shown = re.findall(r"(?m)^\| (\w[^|]*?) \| [^|]*? \| [^|]*? \| [^|]*? \|", README.partition("| operation |")[2])
    assert len(shown) > 10
    assert set(shown) <= labels
