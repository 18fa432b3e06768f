"""Print the cited keys of a LaTeX document that belong to no paper, and the result of an update of a .bib file."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from readq.cli.output.streams import print_json, say
from readq.text import counted, quoted

if TYPE_CHECKING:
    from readq.services.manuscripts.bib_update import BibUpdate
    from readq.services.manuscripts.choice import Chosen
    from readq.services.manuscripts.kept_files import Renewal

_MOST_NAMED = 100
"""The largest number of unknown or unwritten keys for which lines are printed. More such keys are only counted."""

_MOST_IN_A_LINE = 10
"""The largest number of keys that one line names."""


def report_chosen(chosen: "Chosen") -> int:
    """Print a line for each cited key without a paper, and for each paper that is cited under two keys.

    `chosen` has the papers that a LaTeX document cites. Also print a line for each file of the document that was not
    read. Return the exit status: 1 if a cited key has no paper or a paper is cited under two keys, else 0.
    """
    cited = chosen.cited
    for line in chosen.unread:
        say(line)
    for key, written in cited.doubled:
        say(f"error: {quoted(key)} and {quoted(written)} are one paper: it is written as {quoted(written)} only")
    for key in cited.unknown[:_MOST_NAMED]:
        say(f"error: no paper {quoted(key)}, which the document cites")
    if len(cited.unknown) > _MOST_NAMED:
        say(f"error: {len(cited.unknown) - _MOST_NAMED:,} more keys that the document cites name no paper")
    return int(bool(cited.unknown or cited.doubled))


_REASONS = {
    "edited": "was edited in the file: --take takes it into the library, --renew replaces it",
    "deleted": "was removed from the file: --renew writes it again",
    "commented": "stands behind % in the file: --renew writes it again",
    "foreign": "is in the file, and readq did not write it: --renew replaces it",
    "held": "was published since: --published or --renew writes the published version",
}


def name_keys(keys: Sequence[str], what: str, why: str) -> None:
    """Print a line such as `2 keys may still change: a, b (author or year is not known)`.

    `what` is the text after the number, and `why` the text in parentheses. Print nothing if `keys` is empty.
    """
    if keys:
        named = ", ".join(keys[:_MOST_IN_A_LINE]) + (" …" if len(keys) > _MOST_IN_A_LINE else "")
        say(f"{counted(len(keys), 'key')} {what}: {named} ({why})")


def name_provisional_keys(keys: Sequence[str]) -> None:
    """Print a line with the keys that may still change, because the author or year of their papers is not known."""
    name_keys(keys, "may still change", "author or year is not known")


def report_update(done: "BibUpdate", *, is_quiet: bool = False) -> None:
    """Print the result of an update of a .bib file: a line for each entry that was left alone or not added, and counts.

    Keys that may still change are named too. If `is_quiet` is true, the counts are not printed.
    """
    revision = done.revision
    for reason, keys in done.left.items():
        for key in keys[:_MOST_NAMED]:
            say(f"{quoted(key)} {_REASONS[reason]}")
        if len(keys) > _MOST_NAMED:
            say(f"{len(keys) - _MOST_NAMED:,} more keys: each {_REASONS[reason]}")
    for key, other in revision.doubled.items():
        say(f"{quoted(key)} was not added: {quoted(other)} in the file is the same paper")
    name_provisional_keys(done.provisional)
    counts = {"added": revision.added, "renewed": revision.renewed, "removed": revision.removed}
    told = ", ".join(f"{len(keys):,} {name}" for name, keys in counts.items() if keys)
    if not is_quiet:
        say(f"{done.path}: {told or 'nothing to change'}, {revision.unchanged:,} unchanged")


def update_as_json(done: "BibUpdate") -> dict[str, object]:
    """Return the result of an update of a .bib file as a JSON object."""
    revision = done.revision
    return {
        "output": done.path,
        "written": done.is_written,
        "added": list(revision.added),
        "renewed": list(revision.renewed),
        "removed": list(revision.removed),
        "unchanged": revision.unchanged,
        **{reason: list(keys) for reason, keys in done.left.items()},
        "doubled": revision.doubled,
        "unknown": list(done.chosen.cited.unknown),
    }


def report_renewals(done: Sequence["Renewal"], *, wants_json: bool) -> int:
    """Print the result of the renewal of each .bib file that readq keeps. Return the exit status.

    The status is 1 if a renewal failed, if a document cites a key that no paper has, or if a document cites one paper
    under two keys. Otherwise it is 0.
    """
    if wants_json:
        print_json([_renewal_as_json(one) for one in done])
    status = 0
    for one in done:
        if one.update is None:
            say(f"error: {one.error}")
            status = 1
        else:
            report_update(one.update, is_quiet=wants_json)
            status = max(status, report_chosen(one.update.chosen))
    if not done and not wants_json:
        say("no file is kept (readq export -o refs.bib --keep)")
    return status


def _renewal_as_json(one: "Renewal") -> dict[str, object]:
    facts: dict[str, object] = {"path": one.file.path, "renewal": one.file.renewal, "error": None}
    if one.update is None:
        return {**facts, "error": str(one.error)}
    return {**facts, **update_as_json(one.update)}
