"""Icons of one cell for status, flags and list marks. They differ in shape, so none of them depends on colour."""

from readq.model.values import Status, Watch

CURSOR = "▌"
SELECTED = "•"
OTHER = "◇"
IN_FORCE = "●"
UNFOLDED = "▾"
FOLDED = "▸"
RULE = "─"
STAR = "★"
NOTE = "¶"
ENROLLED = "◷"
SNOOZED = "z"
VOTES = "▲"
BARS = "▁▂▃▄▅▆▇█"
FAILED = "✗"
STALE = "≈"
RAISED = "↑"
LOWERED = "↓"
DROPPED_BY_WATCH = "⊘"
SYNC = "⟳"
ELLIPSIS = "…"

STATUS: dict[str, str] = {
    Status.INBOX: " ",
    Status.QUEUED: "✓",
    Status.READING: "»",
    Status.DONE: "●",
    Status.DROPPED: "✗",
}

WATCH: dict[str, str] = {Watch.RAISE: RAISED, Watch.LOWER: LOWERED, Watch.DROP: DROPPED_BY_WATCH}
