"""Compose the text of the state line, and the lines shown in an empty list. Pure functions."""

from collections.abc import Callable, Mapping

from readq.services.views import own_name, view_title
from readq.store.journal.steps import Step
from readq.text import counted
from readq.tui.state.library_cache import ListQuery
from readq.tui.state.list_state import ListState
from readq.tui.text.sanitize import display_text

SORTS: Mapping[str, str] = {
    "seen": "newest first",
    "-seen": "oldest first",
    "interest": "most interesting first",
    "upvotes": "most upvotes first",
    "added": "latest added first",
    "decided": "latest decided first",
    "-decided": "earliest decided first",
    "published": "latest published first",
    "title": "by title",
    "author": "by author",
    "year": "latest year first",
    "due": "by due day",
    "priority": "by priority",
}
"""Maps the sort orders that the sort menu and the command palette offer to their names on the screen."""


def state_line(query: ListQuery, papers: ListState, undo: str, progress: str = "") -> str:
    """Return the text of the state line: view, order, filter, and the numbers of selected and decided papers.

    `undo` is the hint for the undo key, or "". If `progress` is not "", it replaces the number of decided papers.
    """
    parts = [view_words(query.view), sort_name(query.sort)]
    if query.text:
        parts.append(f"filter: {query.text}")
    if selected := papers.selected_count:
        parts.append(f"{selected:,} selected")
    if progress:
        parts.append(progress)
    elif decided := papers.decided_count:
        parts.append(f"{decided:,} of {len(papers):,} decided")
        queued = papers.queued_count
        parts += [f"{queued:,} queued"] if queued else []
    else:
        parts.append(counted(len(papers), "paper"))
    return " · ".join([*parts, undo] if undo else parts)


def view_words(view: str) -> str:
    """Return the name of a view for the state line. The name of a built-in view is in lower case.

    The name of a saved view has the case in which it was saved.
    """
    return display_text(view_title(view)) if own_name(view) else view_title(view).lower()


def reversed_sort(sort: str) -> str:
    """Return the sort order that is the reverse of the order `sort`."""
    return sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"


def sort_name(sort: str) -> str:
    """Return the name of a sort order on the screen.

    If SORTS has only the reverse of the order, return a name such as `by title, reversed`.
    """
    return SORTS.get(sort) or f"{SORTS[sort.removeprefix('-')]}, reversed"


def undo_hint(step: Step | None, key: str) -> str:
    """Return the hint for the undo key, such as `u undoes “dropped” (3 papers)`.

    `step` is the undo step that the key would undo, and `key` is the label of the key. Return "" if `step` is None or
    `key` is "".
    """
    if step is None or not key:
        return ""
    return f"{key} undoes “{step.what}”" + (f" ({counted(step.papers, 'paper')})" if step.papers > 1 else "")


def empty_library(daily: str, category: str, file: str, demo: str, help_key: str) -> tuple[str, ...]:
    """Return the lines shown in an empty library: the keys to begin with, each with its effect.

    Each parameter is the label of a key, or "" if there is no such key. `daily` fetches Hugging Face Daily Papers,
    `category` fetches a category of arXiv, `file` imports a file, `demo` runs the demo, and `help_key` shows all keys.
    """
    choices = (
        (daily, "pull Hugging Face Daily Papers"),
        (category, "pull a category of arXiv, such as cs.LG"),
        (file, "import a file: a saved feed page, or a .bib"),
        (demo, "look around with sample papers"),
        (help_key, "all keys"),
    )
    lines = [f"  {key}   {what}" for key, what in choices if key]
    return ("This library is empty. To begin:", "", *lines)


def empty_view(query: ListQuery, in_all: int | None, label: Callable[[str], str]) -> tuple[str, ...]:
    """Return the lines shown if no paper matches `query` in a library that is not empty.

    `in_all` is the number of papers in the view All that match the filter, or None if they are not counted yet.
    `label` takes the name of an action, and returns the label of its key in the list, or "" if it has no key.
    """
    if not query.text:
        return (_empty_text(query.view, label),)
    clear = f"{key} clears the filter" if (key := label("back")) else ""
    if query.view == "all" or in_all == 0:
        return (f"Nothing matches {query.text}", "", clear)
    if in_all is None:
        return (f"Nothing here matches {query.text}", "", clear)
    go = f": {key} goes there" if (key := label("open")) else ""
    hint = ", ".join(filter(None, (f"{counted(in_all, 'paper')} in All{go}", clear)))
    return (f"Nothing here matches {query.text}", "", hint)


def _empty_text(view: str, label: Callable[[str], str]) -> str:
    empty, action, effect = _EMPTY.get(view, ("Nothing here", "", ""))
    key = label(action) if action else ""
    if not key:
        return f"{empty}."
    places = {name: f" ({label(f'view_{name}')})" if label(f"view_{name}") else "" for name in ("inbox", "queue")}
    return f"{empty}: {key} {effect.format_map(places)}."


_EMPTY = {
    "inbox": ("The inbox is empty", "sync", "pulls the feeds"),
    "queue": ("Nothing queued", "queue", "on a paper of the inbox{inbox} queues it"),
    "reading": ("Nothing begun", "begin", "on a paper of the queue{queue} begins it"),
    "done": ("Nothing finished", "finish", "on a paper finishes it"),
    "starred": ("Nothing starred", "star", "on a paper stars it"),
    "snoozed": ("Nothing snoozed", "snooze", "on a paper hides it until a day"),
}
"""Maps the names of views to their words when they are empty, an action that can fill them, and its effect."""
