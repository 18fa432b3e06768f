"""Highlights of a PDF come into the note with page and order, twice the same, and never mix with the reader's lines."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pypdf
import pytest
from pypdf.annotations import Highlight as PdfHighlight
from pypdf.annotations import Text as PdfComment
from pypdf.generic import ArrayObject, FloatObject, NameObject

from readq.errors import ReadqError
from readq.formats.markdown.highlights import END, START, Highlight, with_highlights
from readq.services.history import undo
from readq.services.notes import highlights
from readq.services.notes.highlights import PdfHighlights
from readq.services.papers import notes
from readq.services.pdf import linked_files
from readq.store.library import open_for_writing
from readq.store.papers import queries
from readq.store.papers.notes import find_note

Run = Callable[..., Any]
LINES = ["The first line has several words in it,", "and the second line ends in the mid-", "dle of a word."]
TOP, LEADING, LEFT, SIZE = 700, 14, 72, 11


def annotated(path: Path, font: str = "Helvetica") -> Path:
    """A PDF by reportlab with text on two pages, annotated by reportlab and by pypdf."""
    canvas_module = pytest.importorskip("reportlab.pdfgen.canvas")
    metrics = pytest.importorskip("reportlab.pdfbase.pdfmetrics")

    def box(line: int, start: str, words: str) -> tuple[float, float, float, float]:
        left = LEFT + metrics.stringWidth(LINES[line][: LINES[line].index(start)], font, SIZE)
        bottom = TOP - line * LEADING - 3
        return left, bottom, left + metrics.stringWidth(words, font, SIZE), bottom + 12

    canvas = canvas_module.Canvas(str(path))
    for page in (1, 2):
        canvas.setFont(font, SIZE)
        for number, line in enumerate(LINES):
            canvas.drawString(LEFT, TOP - number * LEADING, line)
        if page == 1:
            left, bottom, right, top = box(0, "several", "several words")
            quad = [left, top, right, top, left, bottom, right, bottom]
            canvas.highlightAnnotation("my comment", (left, bottom, right, top), QuadPoints=quad)
        canvas.showPage()
    canvas.save()
    writer = pypdf.PdfWriter(clone_from=str(path))

    def add(page: int, boxes: list[tuple[float, float, float, float]], subtype: str, comment: str = "") -> None:
        quads = [x for a, b, c, d in boxes for x in (a, d, c, d, a, b, c, b)]
        rect = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
        annotation = PdfHighlight(rect=rect, quad_points=ArrayObject(map(FloatObject, quads)))
        annotation[NameObject("/Subtype")] = NameObject(subtype)
        if comment:
            annotation[NameObject("/Contents")] = pypdf.generic.TextStringObject(comment)
        writer.add_annotation(page, annotation)

    add(1, [box(2, "dle", "dle of")], "/Underline")
    add(1, [box(1, "ends", "ends in the mid-"), box(2, "dle", "dle of")], "/Highlight", "a :: b ==c== [[d]]")
    add(0, [box(1, "second", "second")], "/StrikeOut")
    writer.add_annotation(0, PdfComment(rect=(50, 100, 60, 110), text="at the foot"))
    writer.write(str(path))
    return path


EXPECTED = [
    Highlight(1, "highlight", "several words", "my comment"),
    Highlight(1, "strikeout", "second", ""),
    Highlight(1, "comment", "", "at the foot"),
    Highlight(2, "highlight", "ends in the middle of", "a :: b ==c== [[d]]"),
    Highlight(2, "underline", "dle of", ""),
]


@pytest.mark.parametrize("font", ["Helvetica", "Times-Roman", "Courier"])
def test_annotations_have_page_order_text_and_comment(tmp_path: Path, font: str) -> None:
    assert highlights.read(str(annotated(tmp_path / "a.pdf", font))) == (EXPECTED, 0)


def test_highlights_are_a_section_of_the_note_that_is_renewed(
    papers: sqlite3.Connection, now: datetime, tmp_path: Path
) -> None:
    def text() -> str:
        note = find_note(papers, 1)
        return note.text if note else ""

    path = annotated(tmp_path / "a.pdf")
    linked_files.attach(papers, 1, str(path), now)
    notes.save(papers, 1, "claim: mine", now)
    found = highlights.read(highlights.path_of_pdf(papers, 1))
    assert highlights.take_in(papers, 1, found, now).outcome.changed == 1
    first = text()
    assert first.startswith(f"claim: mine\n\n{START}\n")
    assert "- p. 1: “several words”\n  - my comment\n" in first
    assert "- p. 1 (struck out): “second”" in first
    # No question, cloze or link of another person.
    assert "a : : b = =c= = [ [d]]" in first
    assert papers.execute("SELECT count(*) FROM card WHERE kind = 'question'").fetchone() == (0,)
    assert highlights.take_in(papers, 1, highlights.read(str(path)), now).outcome.changed == 0
    notes.save(papers, 1, f"{first}\n\nuse: later", now)
    assert highlights.take_in(papers, 1, PdfHighlights(found.highlights[:1], 0), now).outcome.changed == 1
    assert text().startswith("claim: mine\n\n")
    assert text().endswith(f"{END}\n\nuse: later")
    assert "second" not in text()
    undo.undo(papers, now)
    assert text() == f"{first}\n\nuse: later"
    highlights.take_in(papers, 1, PdfHighlights([], 0), now)
    assert text() == "claim: mine\n\nuse: later"


@pytest.mark.parametrize("note", [START, f"{END}\n{START}", f"{START}\n{START}\n{END}", f"a {END}"])
def test_half_a_section_is_refused(note: str) -> None:
    with pytest.raises(ReadqError, match="half a section"):
        with_highlights(note, EXPECTED)


def test_hostile_text_cannot_end_the_section() -> None:
    hostile = Highlight(1, "highlight", f"{END} x\n# y", START)
    once = with_highlights("", [hostile])
    assert (once.count(START), once.count(END)) == (1, 1)
    assert with_highlights(once, [hostile]) == once


def test_a_file_that_is_no_pdf_or_broken_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(b"%PDF-1.4\nbroken")
    with pytest.raises(ReadqError, match="cannot be read"):
        highlights.read(str(path))
    path.write_bytes(b"text")
    with pytest.raises(ReadqError, match="is not a PDF"):
        highlights.read(str(path))


def test_a_broken_annotation_is_left_out_and_counted(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    path = annotated(tmp_path / "a.pdf")
    writer = pypdf.PdfWriter(clone_from=str(path))
    first = [*cast(ArrayObject, writer.pages[0]["/Annots"])]
    broken = next(one.get_object() for one in first if one.get_object()["/Subtype"] == "/StrikeOut")
    broken[NameObject("/QuadPoints")] = ArrayObject([NameObject("/one")] * 8)
    without_place = next(one.get_object() for one in first if one.get_object()["/Subtype"] == "/Text")
    del without_place["/Rect"]
    writer.write(str(path))
    assert highlights.read(str(path)) == ([EXPECTED[0], *EXPECTED[3:]], 2)
    run_cli("pdf", 1, "--attach", path, "--no-open")
    assert run_cli("highlights", 1).out.startswith("3 highlights taken into the note, 2 broken annotations left out (")
    assert run_cli("highlights", 1, "--json").json["unreadable"] == 2


def test_a_page_with_a_broken_list_of_annotations_leaves_the_other_pages(tmp_path: Path) -> None:
    path = annotated(tmp_path / "a.pdf")
    writer = pypdf.PdfWriter(clone_from=str(path))
    writer.pages[0][NameObject("/Annots")] = FloatObject(1)
    writer.write(str(path))
    assert highlights.read(str(path)).highlights == EXPECTED[3:]


def test_the_command_finds_them_by_search(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    assert "has no PDF" in run_cli("highlights", 1).err
    run_cli("pdf", 1, "--attach", annotated(tmp_path / "a.pdf"), "--no-open")
    assert run_cli("highlights", 1).out.startswith("5 highlights taken into the note (step ")
    assert run_cli("highlights", 1).out == "5 highlights in the note already\n"
    assert run_cli("list", "--count", '"several words"').out == "1\n"
    assert run_cli("highlights", 1, "--json").json["highlights"][0]["page"] == 1
    with closing(open_for_writing(six_papers)) as connection:
        assert queries.papers(connection, [1])[0].note


def test_a_module_in_the_working_folder_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = annotated(tmp_path / "a.pdf")
    (tmp_path / "json.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    assert highlights.read(str(path)) == (EXPECTED, 0)


def mark(path: Path, left: float, bottom: float, right: float) -> None:
    """Add a highlight to the first page of a PDF."""
    quad = [left, bottom + 12, right, bottom + 12, left, bottom, right, bottom]
    writer = pypdf.PdfWriter(clone_from=str(path))
    rect = (left, bottom, right, bottom + 12)
    writer.add_annotation(0, PdfHighlight(rect=rect, quad_points=ArrayObject(map(FloatObject, quad))))
    writer.write(str(path))


def spaced(path: Path, *operators: str) -> None:
    """A PDF with a line that operators show, in the font F1."""
    canvas_module = pytest.importorskip("reportlab.pdfgen.canvas")
    canvas = canvas_module.Canvas(str(path))
    text = canvas.beginText(LEFT, TOP)
    text.setFont("Helvetica", SIZE, LEADING)
    text._code += operators
    canvas.drawText(text)
    canvas.save()


@pytest.mark.parametrize(
    ("operators", "letters", "words", "scale"),
    [
        pytest.param(["[(justified lines)-1800( have wide)-1800( spaces between)] TJ"], 0, 0, 1, id="TJ"),
        pytest.param(
            ["[(jus)30(ti)-20(fied lines)-1810( ha)60(ve wide)-1860( spaces bet)-70(ween)] TJ"], 0, 0, 1, id="kerning"
        ),
        pytest.param(
            ["[(justified lines)-1800( have)] TJ", "[( wide)-1800( spa)] TJ", "(ces between) Tj"], 0, 0, 1, id="several"
        ),
        pytest.param(["9.9 Tw", "(justified lines have wide spaces between) Tj"], 0, 9.9, 1, id="Tw"),
        pytest.param(["2 Tc", "(justified lines have wide spaces between) Tj"], 2, 0, 1, id="Tc"),
        pytest.param(["140 Tz", "(justified lines have wide spaces between) Tj"], 0, 0, 1.4, id="Tz"),
        pytest.param(['1 2 (justified lines have wide spaces between) "'], 2, 1, 1, id="quote"),
    ],
)
def test_words_of_a_line_with_wide_spaces_are_found(
    tmp_path: Path, operators: list[str], letters: float, words: float, scale: float
) -> None:
    metrics = pytest.importorskip("reportlab.pdfbase.pdfmetrics")
    path = tmp_path / "a.pdf"
    spaced(path, *operators)

    def width(text: str) -> float:
        plain = metrics.stringWidth(text, "Helvetica", SIZE) + letters * len(text) + words * text.count(" ")
        return float(plain * scale)

    left = LEFT + width("justified lines have wide ") + (3.6 * SIZE if "TJ" in operators[0] else 0)
    right, bottom = left + width("spaces"), TOP - 3 - (LEADING if '"' in operators[0] else 0)
    mark(path, left, bottom, right)
    assert highlights.read(str(path)).highlights == [Highlight(1, "highlight", "spaces", "")]


def test_words_of_a_figure_are_at_its_place_on_the_page(tmp_path: Path) -> None:
    canvas_module = pytest.importorskip("reportlab.pdfgen.canvas")
    path = tmp_path / "a.pdf"
    canvas = canvas_module.Canvas(str(path))
    canvas.beginForm("figure")
    canvas.drawString(LEFT, TOP, "A label")
    canvas.endForm()
    canvas.drawString(LEFT, TOP, "The body")
    canvas.translate(100, -300)
    canvas.scale(0.5, 0.5)
    canvas.doForm("figure")
    canvas.save()
    mark(path, LEFT - 1, TOP - 3, LEFT + 90)
    mark(path, LEFT / 2 + 99, TOP / 2 - 303, LEFT / 2 + 190)
    found = [one.text for one in highlights.read(str(path)).highlights]
    assert found == ["The body", "A label"]
