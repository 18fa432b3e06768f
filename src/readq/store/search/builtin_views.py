"""Define the built-in views (`inbox`, `queue`, …) as SQL conditions on table `paper p`."""

from collections.abc import Mapping

from readq.store.papers.queries import Selection

_NOT_SNOOZED = "(p.snoozed_until IS NULL OR p.snoozed_until <= ?)"

_CONDITIONS: Mapping[str, str] = {
    "inbox": f"p.status = 'inbox' AND {_NOT_SNOOZED}",
    "queue": f"p.status = 'queued' AND {_NOT_SNOOZED}",
    "reading": "p.status = 'reading'",
    "done": "p.status = 'done'",
    "all": "p.status <> 'dropped'",
    "dropped": "p.status = 'dropped'",
    "starred": "p.starred = 1",
    "snoozed": "p.snoozed_until > ?",
}


def view_selection(name: str, today: str) -> Selection:
    """Return the papers in the built-in view `name` on the local ISO day `today`, as a Selection.

    Raises KeyError for an unknown view.
    """
    condition = _CONDITIONS[name]
    return Selection(condition, (today,) * condition.count("?"))
