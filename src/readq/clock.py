"""The clock of all commands and of the UI. Other code takes the time as an argument."""

import os
from datetime import datetime

from readq.errors import UsageError

YEARS = range(1970, 2200)
"""Years that READQ_NOW may name: others are typing errors, or so near to the calendar's ends that dates overflow."""


def now() -> datetime:
    """Return the present time in the local zone, or `READQ_NOW` (ISO 8601 with an offset) when that is set.

    Raises UsageError when READQ_NOW cannot be read.
    """
    fixed = os.environ.get("READQ_NOW")
    if not fixed:
        return datetime.now().astimezone()
    try:
        instant = datetime.fromisoformat(fixed)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or instant.year not in YEARS:
        raise UsageError(f"READQ_NOW is not an instant: {fixed!r}", "write it as 2026-11-23T09:00:00+01:00")
    return instant
