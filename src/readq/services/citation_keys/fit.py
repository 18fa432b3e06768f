"""Warn if a frozen citation key no longer matches the metadata of its paper after a person corrected the paper."""

import sqlite3
from collections.abc import Callable

from readq.services.citation_keys.rekey import plan
from readq.services.history.steps import Outcome
from readq.templates.key_template import KeyForm


def with_check(
    connection: sqlite3.Connection, paper_id: int, form: KeyForm, correct: Callable[[], Outcome]
) -> tuple[Outcome, str | None]:
    """Call `correct`, a function that corrects a paper. Return its outcome, and a warning or None.

    There is a warning if the frozen citation key of the paper matched the metadata before the correction, and does not
    match the corrected metadata. readq never changes a frozen key by itself. `form` is the form of the keys that readq
    makes. A key of another form, such as a key from a .bib file, gives no warning.
    """
    fitted = not plan(connection, [paper_id], form).frozen
    outcome = correct()
    misfits = plan(connection, [paper_id], form).frozen if fitted and outcome.changed else ()
    if not misfits:
        return outcome, None
    key = misfits[0].old
    return outcome, f"{key} does not fit its paper any more, and stays, as it is frozen: readq rekey --frozen key:{key}"
