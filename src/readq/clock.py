"""Read the clock, for commands, the UI and `readq.services`. All other code gets the time as an argument."""

import os
from datetime import datetime

from readq.errors import UsageError
from readq.text import quoted

YEARS = range(1970, 2200)
"""The years that are valid in the environment variable READQ_NOW, which sets the time.

Any other year is probably a typing error. Close to the year 1 or 9999, computed dates could also overflow.
"""


def now() -> datetime:
    """Return the present time in the local time zone.

    If the environment variable `READQ_NOW` is set, return its time instead. Raises UsageError if `READQ_NOW` is not an
    ISO 8601 time with a UTC offset, or if its year is not in YEARS.
    """
    fixed = os.environ.get("READQ_NOW")
    if not fixed:
        return datetime.now().astimezone()
    try:
        instant = datetime.fromisoformat(fixed)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or instant.year not in YEARS:
        raise UsageError(f"READQ_NOW is not an instant: {quoted(fixed)}", "write it as 2026-11-23T09:00:00+01:00")
    return instant
