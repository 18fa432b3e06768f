"""Every item of a file of any format is counted once, and named by its number if it is not imported."""

import re
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from item_files import ANIMALS, FILES, ItemFile

from readq.model.import_report import ImportReport
from readq.services.importing.import_files import ImportOptions, import_paths
from readq.services.importing.input_formats import FORMATS

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KINDS = [(name, place) for name, forms in FILES.items() for place in range(len(forms))]


class Made(NamedTuple):
    """A file, and the numbers of its items by what becomes of them: `new`, `repeated`, `broken` or `no work`."""

    text: str
    items: dict[int, str]

    def of(self, *fates: str) -> list[int]:
        return [number for number, fate in self.items.items() if fate in fates]


def _made(draw: st.DrawFn, form: ItemFile, papers: Sequence[int]) -> Made:
    """Return a file with the papers `papers`, and with broken, repeated and other items between them."""
    others = [("broken", write) for write in form.broken.values()]
    others += [("no work", write) for write in form.no_works.values()]
    planned = [("new", form.good(paper)) for paper in papers]
    for number, (fate, write) in enumerate(draw(st.lists(st.sampled_from(others), max_size=5)) if others else ()):
        planned.insert(draw(st.integers(0, len(planned))), (fate, write(number)))
    for paper in draw(st.lists(st.sampled_from(papers), max_size=2)):
        text = form.good(paper)
        first = planned.index(("new", text))
        planned.insert(draw(st.integers(first + 1, len(planned))), ("repeated", text))
    if bool(form.last) and draw(st.booleans()):
        planned.append(("broken", draw(st.sampled_from(list(form.last.values())))(0)))
    for remark in draw(st.lists(st.sampled_from(form.remarks), max_size=4)) if form.remarks else ():
        planned.insert(draw(st.integers(0, len(planned))), ("remark", remark))
    counted = planned if form.counts_remarks else [one for one in planned if one[0] != "remark"]
    return Made(
        form.whole([text for _, text in planned]),
        {n: fate for n, (fate, _) in enumerate(counted, 1) if fate != "remark"},
    )


@st.composite
def files(draw: st.DrawFn, form: ItemFile) -> list[Made]:
    """Return one or two files with different papers."""
    papers = draw(st.permutations(range(len(ANIMALS))))
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=2))
    return [_made(draw, form, papers[sum(sizes[:place]) : sum(sizes[: place + 1])]) for place in range(len(sizes))]


def test_every_format_has_its_files() -> None:
    assert list(FILES) == list(FORMATS)


@pytest.mark.parametrize(("name", "place"), KINDS)
def test_every_item_is_counted_and_those_that_are_not_imported_are_named_by_their_numbers(
    name: str, place: int
) -> None:
    form = FILES[name][place]

    @settings(max_examples=5)
    @given(files(form))
    def check(made: list[Made]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder, f"file{number}.txt") for number in range(len(made))]
            for path, one in zip(paths, made, strict=True):
                path.write_text(one.text, encoding="utf-8")
            report = import_paths(str(Path(folder, "library.db")), list(map(str, paths)), ImportOptions(name), NOW)
        _is_honest(report, form, dict(zip(map(str, paths), made, strict=True)))

    check()


def _is_honest(report: ImportReport, form: ItemFile, made: dict[str, Made]) -> None:
    def number_of(fate: str) -> int:
        return sum(len(one.of(fate)) for one in made.values())

    assert report.found == sum(len(one.items) for one in made.values())
    assert report.found == report.new + report.updated + report.unchanged + len(report.rejected)
    assert report.new == number_of("new")
    assert report.updated + report.unchanged == number_of("repeated") + number_of("no work")
    for path, one in made.items():
        where = re.compile(rf"{re.escape(f'{path}: {form.where}')}(\d+)(?:[ ,].*)?")
        rejected = [int(found[1]) for part in report.rejected if (found := where.fullmatch(part.where))]
        assert rejected == one.of("broken")
        left_out = [int(found[1]) for part in report.left_out if (found := where.fullmatch(part.where))]
        assert set(one.of("no work")) <= set(left_out)
        # Of equal entries of a feed, any may be the one that is left out.
        assert set(left_out) <= set(one.of("no work", "new", "repeated"))
    assert all(part.why for part in report.rejected)
    assert all(part.why for part in report.left_out)
    assert report.unchanged + report.updated >= len(report.left_out)
    assert len(report.left_out) + len(report.joined) == number_of("no work") + number_of("repeated")
    for place in [*(one.where for one in report.left_out), *(one.entry for one in report.joined)]:
        assert any(message.startswith(f"{place} ") for message in report.messages)
