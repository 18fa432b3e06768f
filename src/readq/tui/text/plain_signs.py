"""ASCII characters that replace readq's own signs, for screen readers and simple terminals. Each takes one cell."""

from collections.abc import Mapping

from readq.model.values import Status
from readq.tui.text import icons

_SIGNS: Mapping[str, str] = {
    icons.CURSOR: ">",
    icons.SELECTED: "*",
    icons.OTHER: "?",
    icons.IN_FORCE: "*",
    icons.UNFOLDED: "-",
    icons.FOLDED: "+",
    icons.RULE: " ",
    icons.STAR: "*",
    icons.NOTE: "n",
    icons.ENROLLED: "@",
    icons.VOTES: "^",
    icons.FAILED: "x",
    icons.STALE: "~",
    icons.RAISED: "^",
    icons.LOWERED: "v",
    icons.DROPPED_BY_WATCH: "x",
    icons.SYNC: "%",
    icons.ELLIPSIS: "~",
    icons.STATUS[Status.QUEUED]: "q",
    icons.STATUS[Status.READING]: "r",
    icons.STATUS[Status.DONE]: "f",
    icons.STATUS[Status.DROPPED]: "x",
    "·": "-",
    "↑": "^",
    "↓": "v",
    "←": "<",
    "→": ">",
    "“": '"',
    "”": '"',
    "–": "-",
    "—": "-",
}
_DRAWN = "│┃╭╮╰╯┌┐└┘━▁▂▃▄▅▆▇█▔▊▎▏▐▕▍"
"""Characters of frames and bars. Spaces replace them, because words or numbers give the same information."""

PLAIN_SIGNS = str.maketrans({**dict.fromkeys(_DRAWN, " "), **_SIGNS})
"""The table for `str.translate` that replaces readq's own signs by ASCII characters."""
