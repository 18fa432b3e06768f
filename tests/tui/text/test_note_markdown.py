import sys
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.tui.text.note_markdown import CODE, EMPHASIS, STRONG, Mark, NoteLine, note_lines, parse_inline


@pytest.mark.parametrize(
    ("line", "text", "marked"),
    [
        ("**Strong** words", "Strong words", {STRONG: ["Strong"]}),
        ("an _old_ and a *new* one", "an old and a new one", {EMPHASIS: ["old", "new"]}),
        ("***both*** at once", "both at once", {STRONG: ["both"], EMPHASIS: ["both"]}),
        ("run `a * b_c` twice", "run a * b_c twice", {CODE: ["a * b_c"]}),
        ("**a *b* c**, see (*d*).", "a b c, see (d).", {STRONG: ["a b c"], EMPHASIS: ["b", "d"]}),
        (r"\*not this\* but \`this", r"*not this* but `this", {}),
    ],
)
def test_emphasis_and_code(line: str, text: str, marked: dict[str, list[str]]) -> None:
    plain, marks = parse_inline(line)
    found: dict[str, list[str]] = {}
    for mark in marks:
        found.setdefault(mark.kind, []).append(plain[mark.start : mark.end])
    assert (plain, found) == (text, marked)


@pytest.mark.parametrize(
    "line",
    [
        "2 * 3 * 4",
        "q*k*v and snake_case_name",
        r"$\sum_{i} x_{i}$ with a_i and b_i",
        "https://a.example/_x_/*y*",
        "an open ** or `",
        "****",
        "* * *",
        "_________",
        "",
    ],
)
def test_text_without_markup_is_unchanged(line: str) -> None:
    assert parse_inline(line) == (line, ())


def test_headings_lists_and_code_blocks() -> None:
    note = "# Why *now*\n- one\n  * two\n10. ten\n> said\n#tag\n```py\n**raw**\n```\nend"
    assert list(note_lines(note)) == [
        NoteLine("Why now", (Mark(0, 7, STRONG), Mark(4, 7, EMPHASIS))),
        NoteLine("• one", (), 2),
        NoteLine("  • two", (), 4),
        NoteLine("10. ten", (), 4),
        NoteLine("> said", (), 2),
        NoteLine("#tag"),
        NoteLine("**raw**", (Mark(0, 7, CODE),)),
        NoteLine("end"),
    ]


@given(st.text(alphabet="ab9 *_`\\#->~\n\té日", max_size=60))
def test_no_letter_is_lost_and_marks_are_within_their_line(note: str) -> None:
    fenced = "```" in note or "~~~" in note
    lines = list(note_lines(note))
    letters = "".join(character for character in note if character.isalnum())
    kept = "".join(character for line in lines for character in line.text if character.isalnum())
    assert fenced or kept == letters
    assert all(0 <= mark.start < mark.end <= len(line.text) for line in lines for mark in line.marks if line.text)


def bytecodes(note: str) -> int:
    """Return the number of bytecode instructions that the parser executes for a note."""
    executed, tracer = 0, sys.gettrace()

    def count(frame: FrameType, event: str, _argument: object) -> Any:  # noqa: ANN401 - a trace function returns itself
        nonlocal executed
        frame.f_trace_opcodes = True
        executed += event == "opcode"
        return count

    sys.settrace(count)
    try:
        list(note_lines(note))
    finally:
        sys.settrace(tracer)
    return executed


@pytest.mark.parametrize("part", ["**a ", "*a", "`", "_a_ ", "\\*", "***", "- ", "# ", "**a *b ***c _d __e ___f "])
def test_a_pathological_line_is_parsed_in_linear_time(part: str) -> None:
    short, long = bytecodes(part * 300), bytecodes(part * 1200)
    assert long < 4.2 * short, "four times the text takes four times the work"
