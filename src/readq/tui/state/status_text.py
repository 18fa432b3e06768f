"""The words of the state line and of an empty list: pure functions of what is shown."""

from collections.abc import Mapping

from readq.model.values import Status
from readq.services.views import VIEWS
from readq.store.journal.steps import Step
from readq.text import counted
from readq.tui.state.library_cache import Shown

SORTS: Mapping[str, str] = {
    "added": "newest first",
    "-added": "oldest first",
    "upvotes": "most upvotes first",
    "published": "latest published first",
    "title": "by title",
    "author": "by author",
    "year": "latest year first",
    "due": "by due day",
    "priority": "by priority",
}
"""The orders that the palette offers, with their names."""

TITLES: Mapping[str, str] = {view.name: view.title for view in VIEWS}


def state(shown: Shown, total: int, decided: Mapping[int, str], selected: int, undo: str) -> str:
    """What is shown and how far the reader is with it.

    `decided` are the decisions on this list, `undo` says what undo would take back.
    """
    parts = [TITLES[shown.view].lower(), SORTS.get(shown.sort, f"by {shown.sort}")]
    if shown.query:
        parts.append(f"filter: {shown.query}")
    if selected:
        parts.append(f"{selected:,} selected")
    if decided:
        parts.append(f"{len(decided):,} of {total:,} decided")
        queued = sum(status == Status.QUEUED for status in decided.values())
        parts += [f"{queued:,} queued"] if queued else []
    else:
        parts.append(counted(total, "paper"))
    return " · ".join([*parts, undo] if undo else parts)


def undoes(step: Step | None, key: str) -> str:
    """What the undo key would take back: `u undoes dropped (3 papers)`."""
    if step is None or not key:
        return ""
    return f"{key} undoes “{step.what}”" + (f" ({counted(step.papers, 'paper')})" if step.papers > 1 else "")


def empty_library(daily: str, category: str, file: str, demo: str, help_key: str) -> tuple[str, ...]:
    """How to begin, when there is nothing in the library at all: keys and what they do, in lines short enough for a
    list beside a paper."""
    ways = (
        (daily, "pull Hugging Face Daily Papers"),
        (category, "pull a category of arXiv, such as cs.LG"),
        (file, "import a file: a saved feed page, or a .bib"),
        (demo, "look around with sample papers"),
        (help_key, "all keys"),
    )
    lines = [f"  {key}   {what}" for key, what in ways if key]
    return ("This library is empty. To begin:", "", *lines)


def empty_view(shown: Shown, in_all: int, open_key: str) -> tuple[str, ...]:
    """Why a list shows nothing, and where to look."""
    if not shown.query:
        return (_EMPTY.get(shown.view, "Nothing here."),)
    if shown.view == "all" or not in_all:
        return (f"Nothing matches {shown.query}", "", "Esc clears the filter")
    elsewhere = f"{counted(in_all, 'paper')} in All: {open_key} goes there, Esc clears the filter"
    return (f"Nothing here matches {shown.query}", "", elsewhere)


_EMPTY = {
    "inbox": "Nothing undecided: the inbox is empty.",
    "queue": "Nothing queued: a puts a paper here.",
    "reading": "Nothing begun: b puts a paper here.",
    "done": "Nothing finished: f puts a paper here.",
    "starred": "Nothing starred: s puts a paper here.",
    "snoozed": "Nothing snoozed.",
}
