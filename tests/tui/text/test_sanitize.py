import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import Monochrome

from readq.tui.app.line_filter import ControlCharacterFilter, combined_filter
from readq.tui.text.sanitize import display_text


@pytest.mark.parametrize("hostile", ["a\x1b]2;OWNED\x1b\\b", "a\x9bb", "a\x07b", "a\x1b[7mb", "a\x00b"])
def test_the_filter_replaces_control_characters(hostile: str) -> None:
    (segment,) = ControlCharacterFilter().apply([Segment(hostile, Style(bold=True))], Color.parse("black"))
    assert segment.text.isprintable() or "\ufffd" in segment.text
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in segment.text)
    assert segment.style == Style(bold=True)


def test_the_filter_returns_plain_segments_unchanged() -> None:
    segments = [Segment("plain — é 日本")]
    assert ControlCharacterFilter().apply(segments, Color.parse("black")) is segments


def test_the_combined_filter_applies_the_others_and_is_cached() -> None:
    filters = (Monochrome(),)
    (segment,) = combined_filter(filters).apply([Segment("a\x07b", Style(color="red"))], Color.parse("black"))
    assert segment.text == "a\ufffdb"
    assert segment.style is not None
    assert segment.style.color is not None
    red, green, blue = segment.style.color.get_truecolor()
    assert red == green == blue
    assert combined_filter(filters) is combined_filter(filters)
    assert combined_filter(filters) is not combined_filter((Monochrome(),))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("plain", "plain"),
        (r"na\"ive $\alpha$", "naïve α"),
        ("\x1b]2;OWNED\x07Title", "Title"),
        ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
    ],
)
def test_display_text(text: str, read: str) -> None:
    assert display_text(text) == read
