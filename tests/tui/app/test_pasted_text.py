"""Pasted text: escape characters never become keys, however the input is cut, and it comes in its order among keys."""

import itertools
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from example_settings import repeatable
from hypothesis import assume, given
from hypothesis import strategies as st
from textual import events
from textual.driver import Driver
from textual.drivers import linux_driver, web_driver

from readq.config import Config
from readq.tui.app.pasted_text import PasteParser, protect_pastes

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]

START, END = "\x1b[200~", "\x1b[201~"
PIECES = st.lists(
    st.sampled_from(["\x1b", "[", "2", "0", "1", "~", "d", "\x1b[A", "\x1b[20", "\x1bd", "é"]), max_size=12
)


def parsed(parts: Sequence[str]) -> list[str]:
    """Return the keys and pasted texts that the app is told."""
    parser = PasteParser()
    messages = [message for part in parts for message in parser.feed(part)]
    return [
        message.key if isinstance(message, events.Key) else f"pasted {message.text}"
        for message in messages
        if isinstance(message, events.Key | events.Paste)
    ]


@repeatable
@given(PIECES, st.lists(st.integers(0, 60), max_size=8))
def test_a_paste_is_one_text_without_escape_characters(pieces: list[str], cuts: list[int]) -> None:
    text = "".join(pieces)
    # Terminals take out what looks like the end of a paste.
    assume(END not in text + END[:-1])
    sent = f"j{START}a{text}{END}k"
    places = sorted({0, len(sent), *(cut for cut in cuts if cut < len(sent))})
    parts = [sent[one:other] for one, other in itertools.pairwise(places)]
    assert parsed(parts) == ["j", f"pasted a{text}".replace("\x1b", ""), "k"]


def test_keys_outside_of_a_paste_are_those_of_textual() -> None:
    parts = ["\x1b[A", "x\x1b[", "B", f"{START}one{END}", f"\x1b[C{START}two\x1b", f"[201~{START}three{END}"]
    assert parsed(parts) == ["up", "x", "down", "pasted one", "right", "pasted two", "pasted three"]
    assert list(PasteParser().feed("")) == []


@pytest.mark.parametrize("driver", [linux_driver.LinuxDriver, web_driver.WebDriver])
def test_the_driver_uses_the_parser(driver: type[Driver], monkeypatch: pytest.MonkeyPatch) -> None:
    names = vars(sys.modules[driver.__module__])
    assert names["XTermParser"]
    monkeypatch.setitem(names, "XTermParser", None)
    protect_pastes(driver)
    assert names["XTermParser"] is PasteParser


@pytest.mark.parametrize("key", ["t", "/", ":", "n", "?", "'"])
async def test_pasted_text_comes_before_the_keys_that_follow_it(open_ui: OpenUi, library_path: str, key: str) -> None:
    async with open_ui(library_path, Config(notes_template="")) as ui:
        ui.queue_keys(key)
        ui.app.post_message(events.Paste("pasted\nte"))
        await ui.press("x", "y")
        assert "texy" in ui.text()
