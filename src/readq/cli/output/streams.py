"""Results to stdout, messages to stderr, and every line of them inert."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from readq.text import counted, one_line

if TYPE_CHECKING:
    from readq.services.history.steps import Outcome
    from readq.services.history.undo import UndoResult


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Print one JSON document; non-ASCII as it is when the terminal can show it."""
    import json

    text = json.dumps(value, ensure_ascii=(sys.stdout.encoding or "").lower().replace("-", "") != "utf8", indent=1)
    print(text)


def say(message: str) -> None:
    """One line of narration."""
    print(one_line(message), file=sys.stderr)


def agreed(question: str) -> bool:
    """Ask on the terminal; an end of input (Ctrl-D) is a no. Standard output stays for results."""
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes")


def report_outcome(outcome: "Outcome", missing: Sequence[str], wants_json: bool, did: str = "changed") -> int:
    """Show what an action came to and return the exit status; `did` is what happened to the papers."""
    nowhere = (*missing, *outcome.missing)
    if wants_json:
        print_outcome(outcome, nowhere)
    elif outcome.changed or not nowhere:
        unchanged = f", {outcome.unchanged:,} as before" if outcome.unchanged else ""
        step = f" (step {outcome.step})" if outcome.step else ""
        print(f"{counted(outcome.changed, 'paper')} {did}{unchanged}{step}")
    return report_missing(nowhere)


def print_outcome(outcome: "Outcome", missing: Sequence[str]) -> None:
    """Print what an action came to as JSON."""
    counts = {"changed": outcome.changed, "unchanged": outcome.unchanged}
    print_json({**counts, "missing": list(missing), "step": outcome.step})


def report_missing(missing: Sequence[str]) -> int:
    """Name the REFs that name no paper; the exit status is 1 when there are any."""
    for reference in missing:
        card = reference.startswith("card:")
        say(f"error: no {'card' if card else 'paper'} {reference!r} (see readq {'due' if card else 'list'})")
    return int(bool(missing))


def report_undone(undone: "UndoResult | None", verb: str, wants_json: bool) -> int:
    """Show what was taken back or done again; papers left alone are named and make the status 1."""
    papers, conflicts, left_alone = (undone.papers, undone.conflicts, undone.left_alone) if undone else ((), (), ())
    step = undone.step if undone else None
    if wants_json:
        print_json(
            {
                "changed": len(papers),
                "unchanged": 0,
                "missing": [],
                "step": step,
                "what": undone.what if undone else None,
                "conflicts": list(conflicts),
                "left_alone": list(left_alone),
                "kept": list(undone.kept) if undone else [],
            }
        )
    elif undone and not undone.stays:
        on = f", {counted(len(papers), 'paper')}" if papers or conflicts or undone.kept else ""
        print(f"{verb}: {undone.what}{on} (step {step})")
    if undone and undone.kept:
        say(f"{counted(len(undone.kept), 'paper')} kept: something was done with them since")
    absent = undone.absent if undone else ()
    for name in (*(f"#{paper_id}" for paper_id in conflicts if paper_id not in absent), *left_alone):
        say(f"error: {name} was changed since and stays as it is")
    for paper_id in absent:
        say(f"error: #{paper_id} is not in the library: it was removed since, or what has its key or ids keeps it out")
    if undone and undone.stays:
        say(f"nothing {verb}: {undone.what} (step {step}) stays as it was (readq undo --list has others)")
    return int(bool(conflicts or left_alone))
