"""`readq verify`: check that the works of a bibliography exist, are not retracted, and agree with their entries."""

import argparse
import sqlite3
from typing import TYPE_CHECKING

from readq.cli.arguments import add_query, query_of
from readq.cli.context import Context
from readq.cli.output.streams import print_json, say
from readq.clock import now
from readq.errors import UsageError
from readq.text import counted, one_line

if TYPE_CHECKING:
    from readq.formats.bib_file.faults import Fault
    from readq.services.verification.entries import Verifiable
    from readq.services.verification.verify import Verification, Verified

USAGE = "[QUERY… | --bib FILE]"
DESCRIPTION = """\
Check at Crossref, DataCite, arXiv and OpenAlex that each entry exists, was not
retracted or withdrawn, and has the right title, first author and year. Entries
are all but dropped papers, those that QUERY finds, or those of a .bib file.
Answers are cached for a week. --offline asks nobody and reports duplicate keys,
missing fields, undefined references and macros, and unbalanced braces."""
EXAMPLE = "readq verify tag:thesis, or: readq verify --bib refs.bib"
IS_LOGGED = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq verify`."""
    add_query(parser)
    parser.add_argument("--bib", metavar="FILE", help="verify the entries of this .bib file")
    parser.add_argument("--offline", action="store_true", help="check only the entries themselves, and ask nobody")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Verify the entries of the bibliography and print the findings. With `--offline`, ask no service.

    Return the exit status: 1 if there are findings or a service could not be asked, else 0.
    """
    if arguments.bib is not None and arguments.query:
        raise UsageError("QUERY and --bib each say which entries", "give one of them")
    context.prepare_query(query_of(arguments.query))
    if arguments.offline:
        return _look_over(arguments, context)
    from readq.services.network import Servers
    from readq.services.verification.verify import verify

    servers = Servers(context.library_path, context.config, now)
    done = verify(_entries(arguments, context), servers, context.cache_folder, now(), context.narrate)
    return _report(done, context.wants_json)


def _entries(arguments: argparse.Namespace, context: Context) -> "list[Verifiable]":
    from readq.services.verification import entries

    if arguments.bib is not None:
        return entries.of_file(arguments.bib)
    with context.reading() as connection:
        return entries.of_library(connection, _ids(arguments, connection))


def _ids(arguments: argparse.Namespace, connection: sqlite3.Connection) -> list[int]:
    from readq.services.views import list_selection
    from readq.store.papers.queries import list_ids

    return list(list_ids(connection, list_selection(query_of(arguments.query), now(), connection)))


def _look_over(arguments: argparse.Namespace, context: Context) -> int:
    from readq.services.verification import soundness

    if arguments.bib is not None:
        found = soundness.of_file(arguments.bib)
    else:
        with context.reading() as connection:
            found = soundness.of_library(connection, _ids(arguments, connection))
    if context.wants_json:
        print_json([fault._asdict() for fault in found])
    else:
        for fault in found:
            print(one_line(_fault_line(arguments.bib or "", fault)))
        say(f"{counted(len(found), 'fault')}")
    return int(bool(found))


def _fault_line(path: str, fault: "Fault") -> str:
    place = f"{path}:{fault.line}: " if path else ""
    return f"{place}{fault.key}: {fault.message}" if fault.key else f"{place}{fault.message}"


def _report(done: "Verification", wants_json: bool) -> int:
    for remark in done.remarks:
        say(f"skipped: {remark}")
    if wants_json:
        print_json([_as_json(verdict) for verdict in done.verdicts])
    else:
        for verdict in done.verdicts:
            for line in _lines(verdict):
                print(f"{one_line(verdict.key)}\t{one_line(line)}")
        findings = sum(verdict.is_finding for verdict in done.verdicts)
        untold = sum(verdict.found is None or verdict.retracted is None for verdict in done.verdicts)
        told = f", {untold:,} not checked" if untold else ""
        say(f"{counted(len(done.verdicts), 'entry', 'entries')}: {findings:,} with problems{told}")
    return int(any(verdict.is_finding or verdict.has_failed for verdict in done.verdicts))


def _as_json(verdict: "Verified") -> dict[str, object]:
    return {
        "key": verdict.key,
        "found": verdict.found,
        "retracted": verdict.retracted,
        "differs": [one._asdict() for one in verdict.differs],
        "source": verdict.source,
        "why": verdict.why,
        "notice": verdict.notice or None,
    }


def _lines(verdict: "Verified") -> list[str]:
    key = verdict.key
    if verdict.found is None:
        return [f"not checked: {verdict.why}"]
    if not verdict.found:
        return [f"not found: {verdict.why} (is it invented? readq enrich {key} --as ID names the work)"]
    lines: list[str] = []
    if verdict.retracted:
        notice = f", see https://doi.org/{verdict.notice}" if verdict.notice else ""
        lines.append(f"retracted or withdrawn according to {verdict.source}{notice}")
    if verdict.retracted is None:
        lines.append(f"not checked for a retraction: {verdict.why}")
    lines += [
        f"{one.field} differs: here {one.here}, at {verdict.source} {one.there or 'none'} (readq edit {key})"
        for one in verdict.differs
    ]
    return lines
