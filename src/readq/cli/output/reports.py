"""Print the results that several commands have in common, as text or as JSON.

The functions named `report_…` return exit statuses.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from readq.cli.output.streams import print_json, say
from readq.text import counted, quoted

if TYPE_CHECKING:
    from readq.model.import_report import ImportReport, Joined, Renamed
    from readq.model.values import Rejected
    from readq.services.history.steps import Outcome
    from readq.services.history.undo import UndoResult
    from readq.services.zotero.push import PushReport

_MOST_NUMBERS = 6
"""The largest number of papers that a line of text names."""


def report_outcome(outcome: "Outcome", missing: Sequence[str], wants_json: bool, did: str = "changed") -> int:
    """Print the number of changed papers, and an error for each REF that names no paper. Return the exit status.

    `missing` are the REFs that name no paper. `outcome.missing` are papers that were removed from the library before
    they could be changed. The status is 1 if any REF or paper is missing, else 0. `did` is the verb for the text, such
    as `removed`.
    """
    missing = (*missing, *outcome.missing)
    if wants_json:
        print_outcome(outcome, missing)
    elif outcome.changed or not missing:
        unchanged = f", {outcome.unchanged:,} unchanged" if outcome.unchanged else ""
        print(f"{counted(outcome.changed, 'paper')} {did}{unchanged}{step_note(outcome.step)}")
    return report_missing(missing)


def report_no_paper(missing: Sequence[str], wants_json: bool) -> int:
    """Print that a command changed nothing, because its only REF names no paper. Return the exit status, 1."""
    if wants_json:
        print_json({"changed": 0, "unchanged": 0, "missing": list(missing), "step": None})
    return report_missing(missing)


def print_outcome(outcome: "Outcome", missing: Sequence[str]) -> None:
    """Print a JSON object with the numbers of changed and unchanged papers, the missing REFs, and the step's number."""
    counts = {"changed": outcome.changed, "unchanged": outcome.unchanged}
    print_json({**counts, "missing": list(missing), "step": outcome.step})


def step_note(step: int | None) -> str:
    """Return ` (step 12)` for the undo step 12. Return "" if `step` is None."""
    return f" (step {step})" if step else ""


def say_step(step: int | None) -> None:
    """Print the number of an undo step to standard error, for a command whose result has no place for it."""
    if step:
        say(f"step {step} (readq undo {step} takes it back)")


def report_missing(missing: Sequence[str], *, as_json: bool = False) -> int:
    """Print an error for each REF in `missing`, which names no paper or card.

    If `as_json` is true, also print a JSON object with these REFs. That is for a command that has no other result, so
    that its JSON output is never empty. Return the exit status: 1 if `missing` has any REFs, else 0.
    """
    if as_json:
        print_json({"missing": list(missing)})
    for reference in missing:
        card = reference.startswith("card:")
        say(f"error: no {'card' if card else 'paper'} {quoted(reference)} (see readq {'due' if card else 'list'})")
    return int(bool(missing))


def report_rejected(rejected: Sequence["Rejected"]) -> int:
    """Print an error for each rejected part of an input.

    Return the exit status: 1 if any part was rejected, else 0.
    """
    for part in rejected:
        say(f"error: {part.where}: {part.why}")
    return int(bool(rejected))


def intake_line(found: int, report: "ImportReport | PushReport") -> str:
    """Return the line that counts the papers of an import or a push: all, new, updated, unchanged and rejected."""
    parts = f"{report.new:,} new, {report.updated:,} updated, {report.unchanged:,} unchanged"
    rejected = f", {len(report.rejected):,} rejected" if report.rejected else ""
    return f"{counted(found, 'paper')}: {parts}{rejected}"


def intake_as_json(*, new: int, updated: int, unchanged: int, rejected: Sequence["Rejected"]) -> dict[str, object]:
    """Return the numbers of new, updated, unchanged and rejected entries as a JSON object.

    `found` in the object is the sum of these numbers. For each rejected entry, the list `rejected` says where in the
    input it is, and why it was rejected.
    """
    return {
        "found": new + updated + unchanged + len(rejected),
        "new": new,
        "updated": updated,
        "unchanged": unchanged,
        "rejected": [part._asdict() for part in rejected],
    }


def identity_as_json(joined: Sequence["Joined"], renamed: Sequence["Renamed"], look_alikes: int) -> dict[str, object]:
    """Return a JSON object that describes how an import matched its entries with papers.

    `joined` lists entries that were joined to a paper in a way that may surprise the user, for example by the title
    alone. `renamed` lists the papers that got another citation key than the one in the user's file. `look_alikes` is
    the number of pairs of papers that are perhaps the same work.
    """
    return {
        "joined": [{"from": one.entry, "into": one.into, "why": one.why} for one in joined],
        "renamed": [{"from": one.wanted, "to": one.given} for one in renamed],
        "look_alikes": look_alikes,
    }


def _some_papers(ids: Sequence[int]) -> str:
    """Return the numbers of the first papers, such as `#3 #5`, and how many more there are."""
    more = f" and {len(ids) - _MOST_NUMBERS:,} more" if len(ids) > _MOST_NUMBERS else ""
    return " ".join(f"#{number}" for number in ids[:_MOST_NUMBERS]) + more


def report_undone(undone: "UndoResult | None", verb: str, wants_json: bool) -> int:
    """Print the result of an undo or redo. Return the exit status.

    `undone` is the result, or None if there was nothing to undo or redo. `verb` is `undone` or `redone`. An undo or
    redo skips papers, feeds and views that were changed after the step. The status is 1 if any were skipped, else 0.
    """
    papers, conflicts, unrestored = (undone.papers, undone.conflicts, undone.unrestored) if undone else ((), (), ())
    if wants_json:
        print_json(
            {
                "changed": len(papers),
                "unchanged": 0,
                "missing": [],
                "step": undone.step if undone else None,
                "what": undone.what if undone else None,
                "conflicts": list(conflicts),
                "left_alone": list(unrestored),
                "kept": list(undone.kept) if undone else [],
                "partly_restored": list(undone.partly_restored) if undone else [],
            }
        )
    if undone is None:
        return 0
    if not undone.is_unchanged and not wants_json:
        on = f", {counted(len(papers), 'paper')}" if papers or conflicts or undone.kept else ""
        print(f"{verb}: {undone.what}{on} (step {undone.step})")
    if undone.kept:
        say(f"{counted(len(undone.kept), 'paper')} kept because of later changes")
    if undone.partly_restored:
        say(f"metadata that was changed since stays as it is: {_some_papers(undone.partly_restored)}")
    for name in (*(f"#{paper_id}" for paper_id in conflicts if paper_id not in undone.absent), *unrestored):
        say(f"error: {name} was changed since and stays as it is")
    for paper_id in undone.absent:
        say(f"error: #{paper_id} is not in the library: it was removed since, or another paper has its key or ids")
    if undone.is_unchanged:
        say(f"nothing {verb}: step {undone.step} ({undone.what}) stays as it was (readq undo --list has others)")
    return int(bool(conflicts or unrestored))
