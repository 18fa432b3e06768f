"""Keys that decide on papers: the letters act on the selection as one step, else on the paper under the cursor."""

from collections.abc import Mapping, Sequence

from readq.errors import UsageError
from readq.model.values import Status
from readq.services.papers import triage
from readq.text import counted, normalise_tag
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.paper_base import ReadingScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.state import decisions
from readq.tui.widgets.prompt_line import Prompt


def mark(status: Status) -> Handler:
    """Set a status and go on to the next paper."""

    def act(screen: ReadingScreen) -> None:
        ids = screen.targets()
        if not ids:
            return
        _decide_status(screen, ids, status)
        if not screen.end_selection():
            screen.move(screen.session.list_state.cursor + 1)

    return act


def _decide_status(screen: ReadingScreen, ids: Sequence[int], status: Status) -> None:
    session = screen.session
    enrol_on_done = session.config.enrol_on_done
    session.decide(decisions.mark(ids, status, session.clock(), enrol_on_done=enrol_on_done))


def _star(screen: ReadingScreen) -> None:
    if ids := screen.targets():
        session = screen.session
        session.decide(decisions.toggle_star(ids, session.cached_rows(ids), session.clock()))
        screen.end_selection()


def _enrol(screen: ReadingScreen) -> None:
    if ids := screen.targets():
        session = screen.session
        session.decide(decisions.toggle_enrolment(ids, session.cached_rows(ids), session.clock()))
        screen.end_selection()


def _drop_above(screen: ReadingScreen) -> None:
    ids = screen.session.undecided(screen.session.list_state.ids_to_cursor())
    if ids:
        _decide_status(screen, ids, Status.DROPPED)
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
            screen.session.decide(decisions.tag(ids, add, remove, screen.session.clock()))
            screen.end_selection()
        return True

    row = screen.session.library.cached_row(ids[0])
    present = f"has: {row.tags}" if row and row.tags and len(ids) == 1 else ""
    label = "tags:" if len(ids) == 1 else f"tags of {counted(len(ids), 'paper')}:"
    keys = (("Enter", "add words, take -words away"), ("Esc", "cancel"))
    screen.ask(Prompt(label, accept, hint=present, keys=keys))


def _snooze(screen: ReadingScreen) -> None:
    ids = screen.targets()
    if not ids:
        return

    def accept(text: str) -> bool:
        if text.strip():
            now = screen.session.clock()
            screen.session.decide(decisions.snooze(ids, triage.parse_snooze(text, now), now))
            if not screen.end_selection():
                screen.move(screen.session.list_state.cursor + 1)
        return True

    label = "snooze until:" if len(ids) == 1 else f"snooze {counted(len(ids), 'paper')} until:"
    keys = (("Enter", "hide until that day"), ("Esc", "cancel"))
    screen.ask(Prompt(label, accept, hint="tomorrow, 3d, 2w, fri, 2026-11-30; off", keys=keys))


def parse_tags(text: str) -> tuple[list[str], list[str]]:
    """The tags to add and those to remove (`-word`) that a line names; `#` before a tag is ignored.

    Raises UsageError for a word that is no tag.
    """
    words = text.replace(",", " ").split()
    if "-" in words:
        raise UsageError("a lone - removes nothing", "write it with the tag: -rl")
    add = [normalise_tag(word.lstrip("#")) for word in words if not word.startswith("-")]
    remove = [normalise_tag(word[1:].lstrip("#")) for word in words if word.startswith("-")]
    return add, remove


def _undo(screen: KeyedScreen) -> None:
    screen.session.undo()


def _redo(screen: KeyedScreen) -> None:
    screen.session.redo()


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
