"""Choose the keys that the footer of a list shows: the keys that people press most in the shown view.

If papers are selected, the footer shows the keys that act on all selected papers.
"""

from collections.abc import Mapping, Sequence

Label = tuple[str, str]
"""A pair: the name of an action, and its label in the footer."""

_SELECTION: Sequence[Label] = (
    *(("queue", "queue"), ("drop", "drop"), ("begin", "begin"), ("finish", "done"), ("star", "star")),
    *(("tags", "tag"), ("snooze", "snooze"), ("enrol", "review"), ("inbox", "to inbox"), ("export", "export")),
)
_MERGE: Label = ("merge", "merge the two")
_COMMON: Sequence[Label] = (("filter", "filter"), ("review", "review"), ("undo", "undo"))
_UNDECIDED: Sequence[Label] = (
    *(("queue", "queue"), ("drop", "drop"), ("star", "star"), ("tags", "tag"), ("note", "note")),
    ("drop_above", "drop above"),
)
_BY_VIEW: Mapping[str, Sequence[Label]] = {
    "queue": (
        *(("begin", "begin"), ("finish", "done"), ("drop", "drop"), ("snooze", "snooze"), ("pdf", "PDF")),
        *(("note", "note"), ("tags", "tag")),
    ),
    "reading": (
        *(("finish", "done"), ("note", "note"), ("pdf", "PDF"), ("queue", "to queue"), ("drop", "drop")),
        ("tags", "tag"),
    ),
    "done": (
        ("note", "note"),
        ("enrol", "in, out of review"),
        ("tags", "tag"),
        ("star", "star"),
        ("copy_key", "key"),
    ),
    "dropped": (("inbox", "to inbox"), ("queue", "queue"), ("note", "note"), ("tags", "tag")),
}


def list_footer(view: str, selected: int, own: Sequence[Label] = ()) -> Sequence[Label]:
    """Return the actions that the footer of a list shows, the most important first, each with its label.

    `view` is the name of the shown view, and `selected` the number of selected papers. `own` has the labels of the
    user's own commands.
    """
    if selected:
        return (_MERGE, *_SELECTION) if selected == 2 else _SELECTION
    return (*_BY_VIEW.get(view, _UNDECIDED), *own, *_COMMON)
