"""Keys that decide on papers: the letters act on the selection as one step, else on the paper under the cursor."""

from collections.abc import Mapping

from readq.errors import UsageError
from readq.model.values import Status
from readq.services.papers import triage
from readq.text import counted, tag_name
from readq.tui.screens.base import Handler, KeyedScreen
from readq.tui.screens.paper_base import ReadingScreen
from readq.tui.widgets.prompt_line import Prompt


def mark(status: Status) -> Handler:
    """Set a status and go on to the next paper."""

    def act(screen: ReadingScreen) -> None:
        ids = screen.targets()
        if not ids:
            return
        screen.desk.mark(ids, status)
        if not screen.end_selection():
            screen.move(screen.desk.listing.cursor + 1)

    return act


def _star(screen: ReadingScreen) -> None:
    if ids := screen.targets():
        screen.desk.star(ids)
        screen.end_selection()


def _enrol(screen: ReadingScreen) -> None:
    if ids := screen.targets():
        screen.desk.enrol(ids)
        screen.end_selection()


def _drop_above(screen: ReadingScreen) -> None:
    ids = screen.desk.undecided(screen.desk.listing.above())
    if ids:
        screen.desk.mark(ids, Status.DROPPED)
        screen.end_selection()
    else:
        screen.say("nothing undecided from the top to here")


def _tags(screen: ReadingScreen) -> None:
    ids = screen.targets()
    if not ids:
        return

    def accept(text: str) -> bool:
        add, remove = parse_tags(text)
        if add or remove:
            screen.desk.tag(ids, add, remove)
            screen.end_selection()
        return True

    row = screen.desk.library.cached(ids[0])
    present = f"has: {row.tags}" if row and row.tags and len(ids) == 1 else ""
    label = "tags:" if len(ids) == 1 else f"tags of {counted(len(ids), 'paper')}:"
    keys = (("Enter", "add words, take -words away"), ("Esc", "cancel"))
    screen.ask(Prompt(label, accept, aside=present, keys=keys))


def _snooze(screen: ReadingScreen) -> None:
    ids = screen.targets()
    if not ids:
        return

    def accept(text: str) -> bool:
        if text.strip():
            screen.desk.snooze(ids, triage.parse_snooze(text, screen.desk.clock()))
            if not screen.end_selection():
                screen.move(screen.desk.listing.cursor + 1)
        return True

    label = "snooze until:" if len(ids) == 1 else f"snooze {counted(len(ids), 'paper')} until:"
    keys = (("Enter", "hide until that day"), ("Esc", "cancel"))
    screen.ask(Prompt(label, accept, aside="tomorrow, 3d, 2w, fri, 2026-11-30; off", keys=keys))


def parse_tags(text: str) -> tuple[list[str], list[str]]:
    """The tags to add and those to remove (`-word`) that a line names; `#` before a tag is ignored.

    Raises UsageError for a word that is no tag.
    """
    words = text.replace(",", " ").split()
    if "-" in words:
        raise UsageError("a lone - removes nothing", "write it with the tag: -rl")
    add = [tag_name(word.lstrip("#")) for word in words if not word.startswith("-")]
    remove = [tag_name(word[1:].lstrip("#")) for word in words if word.startswith("-")]
    return add, remove


def _undo(screen: KeyedScreen) -> None:
    screen.desk.undo()


def _redo(screen: KeyedScreen) -> None:
    screen.desk.redo()


HANDLERS: Mapping[str, Handler] = {
    "queue": mark(Status.QUEUED),
    "drop": mark(Status.DROPPED),
    "begin": mark(Status.READING),
    "finish": mark(Status.DONE),
    "inbox": mark(Status.INBOX),
    "star": _star,
    "enrol": _enrol,
    "tags": _tags,
    "snooze": _snooze,
    "undo": _undo,
    "redo": _redo,
}

IN_LISTS: Mapping[str, Handler] = {"drop_above": _drop_above}
