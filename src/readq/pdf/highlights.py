"""Read the highlights, underlines and comments of a PDF. `python -m readq.pdf.highlights FILE` prints them.

A highlight in a PDF stores areas of the page but not the marked text (ISO 32000-2, 12.5.6.10). So the marked text is
computed from the text of the page and the widths of its letters.
"""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar

from readq.pdf.limited_process import print_result
from readq.pdf.words import Word, words

MOST = 2_000
"""The maximum number of annotations to read."""

LONGEST = 4_000
"""The maximum number of characters of a marked text or comment. Longer texts are cut."""

_SECONDS = 60
_MARKS = {"/Highlight": "highlight", "/Underline": "underline", "/Squiggly": "underline", "/StrikeOut": "strikeout"}
_COMMENTS = ("/Text", "/FreeText")
Result = TypeVar("Result")


class Box(NamedTuple):
    """A rectangle on a page. Its sides are in points from the lower left corner of the page."""

    left: float
    bottom: float
    right: float
    top: float

    def holds(self, word: Word) -> bool:
        """Return whether the centre of `word` lies in the box."""
        middle, height = (word.left + word.right) / 2, word.baseline + word.size * 0.3
        return self.left <= middle <= self.right and self.bottom <= height <= self.top


def main(path: str) -> int:
    """Print the annotations of the PDF at `path` as JSON. Return the exit status 0, even after an error.

    The JSON is `{"annotations": [{"page": n, "kind": "highlight", "text": "…", "comment": "…"}, …], "unreadable": n}`,
    in the order of the pages, from top to bottom. `unreadable` is the number of annotations that are broken, and are
    left out. If the PDF cannot be read, the JSON is `{"error": reason}`.
    """
    return print_result(path, _read, _SECONDS)


def _read(reader: Any) -> dict[str, Any]:  # noqa: ANN401 - pypdf is imported in one place only
    found: list[dict[str, Any]] = []
    unreadable = 0
    for number, page in enumerate(reader.pages, 1):
        if len(found) >= MOST:
            break
        entries, failed = _of_page(number, page)
        found += entries
        unreadable += failed
    return {"annotations": found[:MOST], "unreadable": unreadable}


def _of_page(number: int, page: Any) -> tuple[list[dict[str, Any]], int]:  # noqa: ANN401
    """Return the annotations of a page from top to bottom and from left to right, and how many cannot be read.

    If the list of annotations cannot be read, it counts as one annotation.
    """
    listed = _unless_broken(lambda: list(page.annotations or ()))
    if listed is None:
        return [], 1
    annotations = [_unless_broken(one.get_object) for one in listed]
    kinds = [_kind(annotation) for annotation in annotations]
    unreadable = annotations.count(None)
    present = _unless_broken(lambda: words(page)) if any(kinds) else []
    found = []
    for annotation, kind in zip(annotations, kinds, strict=True):
        if not kind:
            continue
        if present is None and kind != "comment":
            unreadable += 1
            continue
        boxes = _unless_broken(partial(_boxes, annotation))
        if not boxes:
            unreadable += 1
        elif entry := _entry(number, annotation, kind, boxes, present or ()):
            found.append(((-max(box.top for box in boxes), min(box.left for box in boxes)), entry))
    found.sort(key=lambda one: one[0])
    return [entry for _, entry in found], unreadable


def _unless_broken(read: Callable[[], Result]) -> Result | None:
    """Return the result of `read`, or None if a broken object of the PDF makes it fail."""
    try:
        return read()
    except (MemoryError, RecursionError):
        raise
    except Exception:  # a parser may raise anything for hostile bytes; the rest of the PDF may be readable
        return None


def _kind(annotation: Any) -> str:  # noqa: ANN401 - pypdf is imported in one place only
    subtype = annotation.get("/Subtype") if hasattr(annotation, "get") else None
    return _MARKS.get(str(subtype)) or ("comment" if subtype in _COMMENTS else "")


def _entry(
    number: int,
    annotation: Any,  # noqa: ANN401 - pypdf is imported in one place only
    kind: str,
    boxes: Sequence[Box],
    present: Sequence[Word],
) -> dict[str, Any] | None:
    """Return an annotation as a JSON object. Return None if it has neither a text nor a comment."""
    text = "" if kind == "comment" else " ".join(_text_in(boxes, present).split())
    comment = " ".join(str(annotation.get("/Contents") or "").split())
    if kind != "comment" and (not text or comment == text):
        # Some programs keep the text under the mark as the comment.
        text, comment = text or comment, ""
    if not text and not comment:
        return None
    return {"page": number, "kind": kind, "text": text[:LONGEST], "comment": comment[:LONGEST]}


def _boxes(annotation: Any) -> list[Box]:  # noqa: ANN401 - pypdf is imported in one place only
    """Return the places of an annotation, one for each line of marked text."""
    numbers = [float(number) for number in annotation.get("/QuadPoints") or ()]
    if len(numbers) < 8:
        numbers = [float(number) for number in annotation.get("/Rect") or ()]
        corners = [(numbers[:4:2], numbers[1:4:2])] if len(numbers) == 4 else []
    else:
        quads = [numbers[start : start + 8] for start in range(0, len(numbers) - 7, 8)]
        corners = [(quad[::2], quad[1::2]) for quad in quads]
    return [Box(min(x), min(y), max(x), max(y)) for x, y in corners]


def _text_in(boxes: Sequence[Box], present: Sequence[Word]) -> str:
    """Return the words in the boxes, in the order of the page. A word that a line end divides becomes whole again."""
    lines: list[list[str]] = []
    baseline = None
    for word in present:
        if not any(box.holds(word) for box in boxes):
            continue
        if baseline is None or abs(word.baseline - baseline) > word.size * 0.5:
            lines.append([])
        baseline = word.baseline
        lines[-1].append(word.text)
    text = ""
    for line in map(" ".join, lines):
        is_divided = text.endswith("-") and text[-2:-1].isalpha() and line[:1].islower()
        text = f"{text[:-1]}{line}" if is_divided else f"{text} {line}"
    return text.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
