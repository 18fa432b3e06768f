"""The one clock. Everything below takes the time as an argument."""

import os
from datetime import datetime

from readq.errors import UsageError

YEARS = range(1970, 2200)
"""Those of every present: outside, the calendar's own ends, or a mistyped digit, would come into play."""


def now() -> datetime:
    """The present in the local zone; `READQ_NOW` (ISO 8601 with an offset) stands in for it when set.

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
