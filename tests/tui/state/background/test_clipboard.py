"""Copy by real commands: which one copied, one that fails, one that hangs, and the order of two texts."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from readq.errors import ReadqError
from readq.tui.state.background.clipboard import Clipboard, CopyError, copied_text

FAILS = ("sh", "-c", "echo no display >&2; exit 1")
HANGS = ("sleep", "1000")
MISSING = ("readq-no-such-program",)


class Sent(list[str]):
    """The texts sent to the terminal."""


def clipboard(*commands: Sequence[str], sent: Sent, strict: bool = False, timeout: float = 60) -> Clipboard:
    return Clipboard(lambda: list(commands), sent.append, timeout, is_strict=strict)


async def test_the_first_command_that_works_is_named(tmp_path: Path) -> None:
    file, sent = tmp_path / "copied", Sent()
    works = ("sh", "-c", f"cat > '{file}'")
    assert await clipboard(MISSING, FAILS, works, sent=sent).copy("key2026") == "sh"
    assert file.read_text() == "key2026"
    assert sent == []


@pytest.mark.parametrize("commands", [(), (FAILS,), (MISSING, FAILS)])
async def test_the_terminal_is_the_last_resort(commands: tuple[Sequence[str], ...]) -> None:
    sent = Sent()
    assert await clipboard(*commands, sent=sent).copy("key2026") == ""
    assert sent == ["key2026"]


@pytest.mark.parametrize(("command", "reason"), [(FAILS, "status 1.*no display"), (MISSING, "cannot start")])
async def test_the_readers_own_command_has_no_substitute(command: Sequence[str], reason: str) -> None:
    sent = Sent()
    with pytest.raises(CopyError, match=reason):
        await clipboard(command, sent=sent, strict=True).copy("key2026")
    assert sent == []


async def test_a_command_that_hangs_is_stopped_and_named() -> None:
    sent = Sent()
    with pytest.raises(ReadqError, match=r"nothing was copied: sleep did not end in 0\.2 seconds") as error:
        await clipboard(HANGS, sent=sent, timeout=0.2).copy("key2026")
    assert "\n" not in str(error.value)
    assert sent == []


async def test_texts_are_copied_in_their_order(tmp_path: Path) -> None:
    file = tmp_path / "copied"
    # The first text takes longer than the second one.
    command = ("sh", "-c", f'read -r word; [ "$word" = first ] && sleep 0.2; echo "$word" >> \'{file}\'')
    copier = clipboard(command, sent=Sent())
    first = asyncio.create_task(copier.copy("first\n"))
    await asyncio.sleep(0)
    second = asyncio.create_task(copier.copy("second\n"))
    await asyncio.sleep(0)
    await copier.finish(60)
    assert (first.done(), second.done()) == (True, True)
    assert file.read_text() == "first\nsecond\n"


def test_the_message_claims_nothing_about_a_terminal() -> None:
    assert copied_text("the citation key", "a\n b", "tmux") == "copied the citation key with tmux: a b"
    assert (
        copied_text("the citation key", "a\n b", "") == "sent the citation key to the terminal, which may copy it: a b"
    )
