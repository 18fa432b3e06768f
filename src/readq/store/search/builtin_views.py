"""The built-in views as SQL conditions over `paper p`."""

from collections.abc import Mapping

from readq.store.papers.reading import Selection

_AWAKE = "(p.snoozed_until IS NULL OR p.snoozed_until <= ?)"

_CONDITIONS: Mapping[str, str] = {
    "inbox": f"p.status = 'inbox' AND {_AWAKE}",
    "queue": f"p.status = 'queued' AND {_AWAKE}",
    "reading": "p.status = 'reading'",
    "done": "p.status = 'done'",
    "all": "p.status <> 'dropped'",
    "dropped": "p.status = 'dropped'",
    "starred": "p.starred = 1",
    "snoozed": "p.snoozed_until > ?",
}


def view_selection(name: str, today: str) -> Selection:
    """The papers of a view on the local day `today`. Raises KeyError for an unknown one."""
    condition = _CONDITIONS[name]
    return Selection(condition, (today,) * condition.count("?"))
