"""Icons of one cell for status, flags and list marks. They differ in shape, so none of them depends on colour."""

from readq.model.values import Status

CURSOR = "▌"
SELECTED = "•"
IN_FORCE = "●"
STAR = "★"
NOTE = "¶"
ENROLLED = "◷"
SNOOZED = "z"
VOTES = "▲"
BARS = "▁▂▃▄▅▆▇█"
FAILED = "✗"
STALE = "≈"
SYNC = "⟳"
ELLIPSIS = "…"

STATUS: dict[str, str] = {
    Status.INBOX: " ",
    Status.QUEUED: "✓",
    Status.READING: "»",
    Status.DONE: "●",
    Status.DROPPED: "✗",
}
