import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from readq.tui.foreign_text import InertLines, shown


@pytest.mark.parametrize("hostile", ["a\x1b]2;OWNED\x1b\\b", "a\x9bb", "a\x07b", "a\x1b[7mb", "a\x00b"])
def test_the_net_lets_nothing_through_that_a_terminal_obeys(hostile: str) -> None:
    (segment,) = InertLines().apply([Segment(hostile, Style(bold=True))], Color.parse("black"))
    assert segment.text.isprintable() or "\ufffd" in segment.text
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in segment.text)
    assert segment.style == Style(bold=True)


def test_the_net_leaves_plain_lines_as_they_are() -> None:
    segments = [Segment("plain — é 日本")]
    assert InertLines().apply(segments, Color.parse("black")) is segments


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("plain", "plain"),
        (r"na\"ive $\alpha$", "naïve α"),
        ("\x1b]2;OWNED\x07Title", "Title"),
        ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
    ],
)
def test_shown(text: str, read: str) -> None:
    assert shown(text) == read
