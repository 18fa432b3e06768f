"""`readq enrich`: complete the metadata of papers."""

import argparse
from typing import TYPE_CHECKING

from readq.cli.arguments import add_query, query_of
from readq.cli.context import Context
from readq.cli.output.reports import intake_as_json, report_no_paper
from readq.cli.output.streams import print_json, say
from readq.clock import now
from readq.errors import UsageError
from readq.model.values import Rejected
from readq.text import counted, quoted

if TYPE_CHECKING:
    from readq.services.enrichment.enrich import Enriched

USAGE = "[QUERY… | REF --as ID]"
DESCRIPTION = """\
Complete papers that lack authors, an id or a date by looking up their titles at
arXiv and elsewhere. Also add venue, DOI and pages to preprints that have been
published. QUERY selects papers; without it, complete all but dropped papers.
A title that may name several works is listed and left alone; --as says which
work it is. Your edits are never overwritten."""
EXAMPLE = "readq enrich, or: readq enrich 12 --as 2401.12947"
IS_LOGGED = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq enrich`."""
    add_query(parser, "only the papers that it finds, such as key:KEY; with --as, one REF")
    parser.add_argument("--as", dest="identifier", metavar="ID", help="the arXiv id, DOI or URL of this one paper")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Complete the metadata of the papers that the query finds. Return the exit status.

    Print the number of completed papers, and a line for each paper that was not found. For a paper with several
    candidates, print them, so that the user can choose one. With `--as`, complete only the one paper that the REF
    names.

    The status is 1 if a look-up failed, if the found metadata was rejected, or if the REF names no paper, else 0.
    """
    context.prepare_to_write()
    if arguments.identifier is not None:
        return _enrich_as(arguments, context)
    from readq.services.views import list_selection
    from readq.store.papers.queries import list_ids

    query = query_of(arguments.query)
    context.prepare_query(query)
    with context.reading() as connection:
        ids = list_ids(connection, list_selection(query, now(), connection))
    from readq.services.enrichment.enrich import enrich
    from readq.services.importing.ingest import IngestOptions
    from readq.services.network import Servers

    servers = Servers(context.library_path, context.config, now)
    options = IngestOptions(context.config.busy_timeout, key_form=context.config.key_form)
    path = context.library_path
    return _report(enrich(path, ids, servers, now(), options, context.narrate), context.wants_json)


def _enrich_as(arguments: argparse.Namespace, context: Context) -> int:
    from readq.model.identifiers import identifiers_in

    if len(arguments.query) != 1:
        raise UsageError("--as is for one paper", "readq enrich REF --as ID")
    if not identifiers_in(arguments.identifier):
        raise UsageError(f"{quoted(arguments.identifier)} is not an id", "give an arXiv id, a DOI or a URL")
    with context.reading() as connection:
        chosen = context.choose(connection, arguments.query)
    if not chosen.ids:
        return report_no_paper(chosen.missing, context.wants_json)
    from readq.services.enrichment.enrich import enrich_as
    from readq.services.importing.ingest import IngestOptions
    from readq.services.network import Servers

    servers = Servers(context.library_path, context.config, now)
    options = IngestOptions(context.config.busy_timeout, key_form=context.config.key_form)
    done = enrich_as(context.library_path, chosen.ids[0], arguments.identifier, servers, now(), options)
    return _report(done, context.wants_json)


def _report(done: "Enriched", wants_json: bool) -> int:
    for ambiguous in done.ambiguous:
        choices = ", ".join(f"{one.reference} ({one.title}, {one.year or '?'})" for one in ambiguous.candidates[:3])
        say(f"#{ambiguous.paper.id} {ambiguous.paper.title}: which one? {choices}")
        say(f"  readq enrich {ambiguous.paper.id} --as {ambiguous.candidates[0].reference}")
    for one in done.duplicates:
        say(f"#{one.number} is the same work as #{one.other} ({one.name}): readq merge {one.other} {one.number}")
    for paper in done.unknown:
        say(f"#{paper.id} {paper.title}: not found")
    for message in done.messages:
        say(message)
    for remark in done.remarks:
        say(f"skipped: {remark}")
    for failure in (*done.failures, *(f"{part.where}: {part.why}" for part in done.rejected)):
        say(f"error: {failure}")
    if wants_json:
        print_json(_as_json(done))
    else:
        left = len(done.ambiguous) + len(done.unknown) + len(done.duplicates)
        print(f"{counted(len(done.updated), 'paper')} completed{f', {left:,} left alone' if left else ''}")
    return int(bool(done.failures or done.rejected))


def _as_json(done: "Enriched") -> dict[str, object]:
    failures = (Rejected(*failure.partition(": ")[::2]) for failure in done.failures)
    updated = len(done.updated)
    return {
        **intake_as_json(new=0, updated=updated, unchanged=done.found - updated, rejected=[*done.rejected, *failures]),
        "ambiguous": [
            {
                "id": one.paper.id,
                "key": one.paper.key,
                "title": one.paper.title,
                "candidates": [candidate._asdict() for candidate in one.candidates],
            }
            for one in done.ambiguous
        ],
        "unknown": [{"id": paper.id, "key": paper.key, "title": paper.title} for paper in done.unknown],
        "twins": [{"id": one.number, "of": one.other, "name": one.name} for one in done.duplicates],
        "remarks": list(done.remarks),
    }
