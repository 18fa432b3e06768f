"""`readq enrich`."""

import argparse
import sys
from typing import TYPE_CHECKING

from readq.cli.context import Context
from readq.cli.output.streams import print_json, report_missing, say
from readq.clock import now
from readq.errors import UsageError
from readq.model.values import Rejected
from readq.text import counted

if TYPE_CHECKING:
    from readq.services.enrichment.enrich import Enriched

USAGE = "[QUERY…]"
DESCRIPTION = """\
Complete papers that lack authors, an id or a date, by their title at arXiv and
elsewhere; and preprints that were published, with venue, DOI and pages. All
papers but dropped ones, or what QUERY says.
A title that may name several works is left alone and listed: --as settles which
one it is. What you set yourself stays as you set it."""
EXAMPLE = "readq enrich, or: readq enrich 12 --as 2401.12947"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("query", nargs="*", metavar="QUERY", help="which papers; with --as one REF")
    parser.add_argument("--as", dest="reference", metavar="ID", help="an arXiv id, a DOI or an address: this one it is")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Enrich, and say what is still missing."""
    if arguments.reference is not None:
        return _settle(arguments, context)
    from readq.services.views import join_words, list_selection
    from readq.store.papers.queries import list_ids

    with context.reading() as connection:
        ids = list_ids(connection, list_selection(join_words(arguments.query), now()))
    from readq.services.enrichment import enrich as enriching
    from readq.services.network import Servers

    servers = Servers(context.library_path, context.config, now)
    path, busy_timeout = context.library_path, context.config.busy_timeout
    narrate = say if sys.stderr.isatty() or context.verbose else _silently
    return _report(enriching.enrich(path, ids, servers, now(), busy_timeout, narrate), context.wants_json)


def _silently(_line: str) -> None:
    """Say nothing: nobody watches."""


def _settle(arguments: argparse.Namespace, context: Context) -> int:
    from readq.model.identifiers import identifiers_in

    if len(arguments.query) != 1:
        raise UsageError("--as settles one paper", "readq enrich REF --as ID")
    if not identifiers_in(arguments.reference):
        raise UsageError(f"{arguments.reference!r} is no id", "an arXiv id, a DOI or an address")
    with context.reading() as connection:
        chosen = context.choose(connection, arguments.query)
    if not chosen.ids:
        return report_missing(chosen.missing)
    from readq.services.enrichment import enrich as enriching
    from readq.services.network import Servers

    servers = Servers(context.library_path, context.config, now)
    done = enriching.enrich_as(
        context.library_path, chosen.ids[0], arguments.reference, servers, now(), context.config.busy_timeout
    )
    return _report(done, context.wants_json)


def _report(done: "Enriched", wants_json: bool) -> int:
    for ambiguous in done.ambiguous:
        choices = ", ".join(f"{one.reference} ({one.title}, {one.year or '?'})" for one in ambiguous.candidates[:3])
        say(f"#{ambiguous.paper.id} {ambiguous.paper.title}: which one? {choices}")
        say(f"  readq enrich {ambiguous.paper.id} --as {ambiguous.candidates[0].reference}")
    for one in done.duplicates:
        say(f"#{one.number} is #{one.other} too ({one.name}): readq merge {one.other} {one.number}")
    for paper in done.unknown:
        say(f"#{paper.id} {paper.title}: nobody knows this title")
    for remark in done.remarks:
        say(f"not asked: {remark}")
    for failure in (*done.failures, *(f"{part.where}: {part.why}" for part in done.rejected)):
        say(f"error: {failure}")
    if wants_json:
        print_json(_as_json(done))
    else:
        left = len(done.ambiguous) + len(done.unknown) + len(done.duplicates)
        print(f"{counted(len(done.updated), 'paper')} completed{f', {left:,} left alone' if left else ''}")
    return int(bool(done.failures or done.rejected))


def _as_json(done: "Enriched") -> dict[str, object]:
    rejected = [*done.rejected, *(Rejected(*failure.partition(": ")[::2]) for failure in done.failures)]
    return {
        "found": done.found + len(done.failures) + len(done.rejected),
        "new": 0,
        "updated": len(done.updated),
        "unchanged": done.found - len(done.updated),
        "rejected": [part._asdict() for part in rejected],
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
