"""Actions that change papers, such as their status and tags. An action changes all selected papers as one undo step.

If no papers are selected, an action changes the paper under the cursor.
"""

from collections import Counter
from collections.abc import Mapping
from functools import partial

from readq.errors import UsageError
from readq.model.values import Status
from readq.services.papers import triage
from readq.text import counted, normalise_tag
from readq.tui.actions import completion
from readq.tui.actions.notes import ask_for_claim
from readq.tui.keys.action import PAPER
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.screens.triage_screen import TriageScreen
from readq.tui.state import decisions
from readq.tui.state.line_marks import Targets
from readq.tui.widgets.prompt_line import Prompt


def _mark(screen: TriageScreen, status: Status) -> None:
    if papers := screen.targets():
        _set_status(screen, papers, status)
        _go_on(screen)


async def _finish(screen: TriageScreen) -> None:
    """Finish papers. If it is a single paper that was not done before, ask for its claim. Then go on."""
    session, papers = screen.session, screen.targets()
    if not papers:
        return
    has_selection = screen.scope != PAPER and session.list_state.selected_count > 0
    rows = session.rows_of(papers) or []
    is_new = any(row is not None and row.status != Status.DONE for row in rows)
    _set_status(screen, papers, Status.DONE)
    if session.config.ask_on_done and is_new and not has_selection:
        (paper_id,) = papers
        if await ask_for_claim(screen, paper_id, partial(_go_on, screen)):
            return
    _go_on(screen)


def _go_on(screen: TriageScreen) -> None:
    """Clear the selection. If no paper was selected, move the cursor to the next paper."""
    if not screen.end_selection():
        screen.move_to_next()


def _set_status(screen: TriageScreen, papers: Targets, status: Status, folded: int = 0) -> None:
    session = screen.session
    on_done = triage.on_done(session.config)
    decision = decisions.mark(papers, status, session.clock(), on_done=on_done)._replace(folded=folded)
    if status is Status.DONE:
        rows = session.library.rows(papers) if len(papers) == 1 else session.rows_of(papers)
        if decisions.is_done_unenrolled(rows):
            key = screen.keymap.label(screen.SCOPE, "enrol")
            decision = decision._replace(unchanged=f"done already, {key} puts it into review:")
    session.decide(decision)


def _toggle_star(screen: TriageScreen) -> None:
    if papers := screen.targets():
        session = screen.session
        session.decide(decisions.toggle_star(papers, session.rows_of(papers), session.clock()))
        screen.end_selection()


def _toggle_enrolment(screen: TriageScreen) -> None:
    if papers := screen.targets():
        session = screen.session
        session.decide(decisions.toggle_enrolment(papers, session.rows_of(papers), session.clock()))
        screen.end_selection()


def _drop_above(screen: TriageScreen) -> None:
    if papers := screen.session.undecided_to_cursor():
        _set_status(screen, papers, Status.DROPPED, screen.session.list_state.folded_above())
        screen.end_selection()


def _ask_for_tags(screen: KeyedScreen) -> None:
    papers = screen.targets()
    if not papers:
        return

    def accept(text: str) -> bool:
        add, remove = parse_tags(text)
        if add or remove:
            decision = decisions.tag(papers, add, remove, screen.session.clock())
            screen.session.decide(
                decision._replace(job=screen.track("tagged", decision.job, lambda outcome: outcome.step))
            )
            screen.end_selection()
        return True

    present = _tags_of(screen, papers)
    hint = f"has: {' '.join(present)}" if present else ""
    label = "tags:" if len(papers) == 1 else f"tags of {counted(len(papers), 'paper')}:"
    keys = (("Enter", "add words, remove -words"), ("Esc", "cancel"))
    screen.open_prompt(Prompt(label, accept, hint=hint, keys=keys, suggest=completion.tags(screen, present)))


def _tags_of(screen: KeyedScreen, papers: Targets) -> list[str]:
    """Return the tags of papers, those of most papers first. For many papers, return none."""
    rows = screen.session.rows_of(papers) or ()
    used = Counter(tag for row in rows if row is not None for tag in row.tags.split())
    return [tag for tag, _ in used.most_common()]


def _ask_for_snooze(screen: TriageScreen) -> None:
    papers = screen.targets()
    if not papers:
        return

    def accept(text: str) -> bool:
        if text.strip():
            now = screen.session.clock()
            screen.session.decide(decisions.snooze(papers, triage.parse_snooze(text, now), now))
            _go_on(screen)
        return True

    label = "snooze until:" if len(papers) == 1 else f"snooze {counted(len(papers), 'paper')} until:"
    keys = (("Enter", "hide until that day"), ("Esc", "cancel"))
    hint = "tomorrow, 3d, 2w, fri, 2026-11-30; off"
    screen.open_prompt(Prompt(label, accept, hint=hint, keys=keys, suggest=completion.words((*completion.DAYS, "off"))))


def parse_tags(text: str) -> tuple[list[str], list[str]]:
    """Parse the text typed into the tags prompt. Return the list of tags to add and the list of tags to remove.

    A tag to remove is written as `-word`. A `#` before a tag is ignored. Raises UsageError if a word is not a valid
    tag.
    """
    words = text.replace(",", " ").split()
    if "-" in words:
        raise UsageError("a lone - removes nothing", "write it with the tag: -rl")
    add = [normalise_tag(word.lstrip("#")) for word in words if not word.startswith("-")]
    remove = [normalise_tag(word[1:].lstrip("#")) for word in words if word.startswith("-")]
    return list(dict.fromkeys(add)), list(dict.fromkeys(remove))


def undo(screen: KeyedScreen) -> None:
    """Undo the newest step of the undo history, and show the result."""
    screen.session.undo()


def redo(screen: KeyedScreen) -> None:
    """Redo the step of the undo history that was undone last, and show the result."""
    screen.session.redo()


HANDLERS: Mapping[str, Handler] = {
    "queue": partial(_mark, status=Status.QUEUED),
    "drop": partial(_mark, status=Status.DROPPED),
    "begin": partial(_mark, status=Status.READING),
    "finish": _finish,
    "inbox": partial(_mark, status=Status.INBOX),
    "star": _toggle_star,
    "enrol": _toggle_enrolment,
    "tags": _ask_for_tags,
    "snooze": _ask_for_snooze,
    "undo": undo,
    "redo": redo,
}

IN_LISTS: Mapping[str, Handler] = {"drop_above": _drop_above}
IN_REVIEW: Mapping[str, Handler] = {"tags": _ask_for_tags}
