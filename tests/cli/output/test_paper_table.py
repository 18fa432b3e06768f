import re
from datetime import datetime

import pytest
from rich.cells import cell_len

from readq.cli.output.paper_table import TableStyle, sgr, table_lines
from readq.model.values import QueueRow
from readq.store.search.matches import MatchFinder
from readq.tui.text import tones

NOW = datetime.fromisoformat("2026-11-23T12:00:00+00:00")
ROW = QueueRow(
    id=7,
    key="key",
    title="Graph Dreams at 360^\\circ, a Title that Goes On",
    authors="DreamX Team\nAda Lovelace\nEmmy Noether",
    status="queued",
    starred=True,
    year=2026,
    upvotes=69,
    added="2026-11-20T08:00:00Z",
    seen="2026-11-20",
    decided=None,
    enrolled=False,
    has_note=True,
    tags="rl",
)
ROWS = [
    ROW,
    ROW._replace(id=12, seen="2026-11-19", title="日本語の論文", status="dropped", starred=False, upvotes=None),
]
COLOR = {"TERM": "xterm-256color"}
ESCAPE = re.compile(r"\x1b\[([0-9;]+)m([^\x1b]*)\x1b\[0m")


def drawn(
    width: int = 80, environ: dict[str, str] = COLOR, query: str = "", total: int = 2, **changes: object
) -> list[str]:
    style = TableStyle(width, (), sgr(environ, {}), by_day=True)._replace(**changes)  # type: ignore[arg-type]
    return list(table_lines(ROWS, total, NOW, style, MatchFinder(query).spans))


def plain(lines: list[str]) -> list[str]:
    return [ESCAPE.sub(r"\2", line) for line in lines]


def test_a_table_has_the_columns_of_the_ui_under_headings() -> None:
    assert plain(drawn(70, columns=("status", "star", "note", "upvotes", "title", "authors", "age"))) == [
        " #     votes title                             authors            age",
        "Fri 20 Nov",
        " 7 ✓★¶ ▲69   Graph Dreams at 360°, a Title th… DreamX Team et al.   3d",
        "Thu 19 Nov",
        "12 ✗ ¶       日本語の論文                      DreamX Team et al.   4d",
    ]


@pytest.mark.parametrize("width", [1, 5, 10, 20, 40, 60, 80, 120, 300])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines = plain(drawn(width, total=2))
    assert all(cell_len(line) <= max(width, 4) for line in lines)


def test_tones_have_colors_and_matched_words_are_lit() -> None:
    styles = {
        text.strip(): parameters
        for line in drawn(120, query="graph OR lovelace")
        for parameters, text in ESCAPE.findall(line)
    }
    assert styles["Graph"] == "1;4;33"
    assert styles["▲69"] == "1"
    assert styles["✓"] == styles["★"] == "33"
    assert styles["Fri 20 Nov"] == "35"


def test_the_reader_chooses_colors() -> None:
    assert sgr(COLOR, {"authors": "#ff8800", "own": "#f80", "match": "black"}) == {
        **sgr(COLOR, {}),
        tones.AUTHORS: "38;2;255;136;0",
        tones.OWN: "38;2;255;136;0",
        tones.MATCH: "38;2;0;0;0",
    }


def test_without_color_there_are_styles_and_a_dumb_terminal_has_none() -> None:
    parameters = {
        one for line in drawn(environ={**COLOR, "NO_COLOR": "1"}, query="graph") for one, _ in ESCAPE.findall(line)
    }
    assert parameters == {"1", "2", "3", "1;4"}
    assert all("\x1b" not in line for line in drawn(environ={"TERM": "dumb"}))
    assert all("\x1b" not in line for line in drawn(environ={}))


def test_hostile_text_cannot_reach_the_terminal() -> None:
    hostile = ROW._replace(title="a\x1b]2;OWNED\x07b\x9bc", authors="\x1b[31mX", tags="\x1b[2J", feed="\x1bc")
    style = TableStyle(100, ("title", "authors", "feed", "tags"), {}, by_day=False)
    for line in table_lines([hostile], 1, NOW, style, _no_matches):
        assert not re.search(r"[\x00-\x1f\x7f-\x9f]", line)


def test_the_last_line_counts_what_is_left_out() -> None:
    assert drawn(total=5_000)[-1] == "… and 4,998 more (--limit 5000 shows all)"
    style = TableStyle(80, (), {}, by_day=True)
    assert list(table_lines([], 0, NOW, style, _no_matches)) == ["no papers"]
    assert list(table_lines([], 12, NOW, style, _no_matches)) == ["12 papers (--limit 0 shows none)"]


def _no_matches(_column: str, _text: str) -> list[tuple[int, int]]:
    return []
