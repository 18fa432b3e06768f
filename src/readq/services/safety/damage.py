"""Mark a library as damaged after a check, or remove the mark.

Commands write nothing to a library with the mark.
"""

from collections.abc import Sequence

from readq.store.check import STOPS_WRITING, Problem
from readq.store.connection import damage_mark
from readq.text import one_line


def remember(library: str, problems: Sequence[Problem]) -> str | None:
    """Mark the library as damaged if writing to it is dangerous because of one of `problems`.

    Otherwise, remove the mark. `problems` are all faults that a check of the library found. Return None, or a warning
    if the mark could not be written or removed.
    """
    stopping = [f"{problem.kind}: {problem.where}" for problem in problems if problem.kind in STOPS_WRITING]
    more = f", and {len(stopping) - 1} more" if len(stopping) > 1 else ""
    try:
        if stopping:
            damage_mark.mark(library, one_line(stopping[0] + more))
        else:
            damage_mark.clear(library)
    except OSError as error:
        did = "written" if stopping else "removed"
        return f"the mark of damage next to {library} could not be {did}: {error.strerror}"
    return None
