"""`readq zotero`: send papers to Zotero, or import a collection from Zotero."""

import argparse
import asyncio
from typing import TYPE_CHECKING

from readq.cli.arguments import DRY_RUN_NOTE, add_dry_run, query_of, refuse_unknown
from readq.cli.context import Context
from readq.cli.output.reports import identity_as_json, intake_as_json, intake_line, report_rejected, step_note
from readq.cli.output.streams import print_json, say
from readq.clock import now

if TYPE_CHECKING:
    from readq.net.fetcher import Fetcher
    from readq.registries.zotero.local_api import Item, Zotero
    from readq.services.network import Servers
    from readq.services.zotero.push import PushReport

USAGE = "push [QUERY…] | pull [COLLECTION]"
DESCRIPTION = """\
Send papers to the Zotero that runs on this computer, or import papers from it.
  push   create or update an item for each paper that QUERY finds, with its
         tags, citation key, note and reading state. What was changed in Zotero
         stays, and no item, note or tag is deleted there. Zotero 10 or later
         asks once whether readq may do this: click Always Allow
  pull   import a collection by its name or key, or the whole library, with
         tags, notes, reading states and the paths of PDFs"""
EXAMPLE = "readq zotero push tag:thesis"
IS_LOGGED = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq zotero`."""
    parser.add_argument("action", metavar="push|pull", help="send papers to Zotero, or import a collection")
    parser.add_argument("words", nargs="*", metavar="QUERY", help="the papers to send; for pull, the collection")
    add_dry_run(parser)


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Send papers to Zotero (`push`) or import a collection (`pull`), and print the report.

    Return the exit status: 1 if a paper was rejected, else 0.
    """
    refuse_unknown("action", arguments.action, ("push", "pull"))
    from readq.net.client import Limits
    from readq.registries.zotero.local_api import WAIT_FOR_PERSON
    from readq.services.network import Servers

    limits = Limits(seconds=WAIT_FOR_PERSON, read=WAIT_FOR_PERSON)
    servers = Servers(context.library_path, context.config, now, limits=limits)
    return (_push if arguments.action == "push" else _pull)(arguments, context, servers)


def _zotero(fetcher: "Fetcher", servers: "Servers") -> "Zotero":
    from readq.registries.zotero.local_api import Zotero
    from readq.services.zotero.access_keys import KeyFile

    return Zotero(fetcher, servers.endpoints.zotero, KeyFile(), say)


def _push(arguments: argparse.Namespace, context: Context, servers: "Servers") -> int:
    from readq.services.views import list_selection
    from readq.services.zotero.push import push
    from readq.store.papers.queries import list_ids

    query = query_of(arguments.words)
    context.prepare_query(query)

    async def send() -> "PushReport":
        with context.reading() if arguments.dry_run else context.writing() as connection:
            selection = list_selection(query, now(), connection)
            ids = list_ids(connection, selection, "added")
            async with servers.fetcher() as fetcher:
                zotero = _zotero(fetcher, servers)
                await zotero.connect()
                return await push(connection, zotero, ids, dry_run=arguments.dry_run)

    report = asyncio.run(send())
    for message in report.messages:
        say(message)
    if context.wants_json:
        counts = {"new": report.new, "updated": report.updated, "unchanged": report.unchanged}
        print_json(intake_as_json(**counts, rejected=report.rejected))
    else:
        found = report.new + report.updated + report.unchanged + len(report.rejected)
        print(intake_line(found, report) + (DRY_RUN_NOTE if arguments.dry_run else ""))
    return report_rejected(report.rejected)


def _pull(arguments: argparse.Namespace, context: Context, servers: "Servers") -> int:
    from readq.services.importing.ingest import IngestOptions
    from readq.services.zotero.pull import items_of, known_papers, take_in

    async def fetch() -> "tuple[list[Item], str]":
        async with servers.fetcher() as fetcher:
            zotero = _zotero(fetcher, servers)
            await zotero.connect()
            return await items_of(zotero, " ".join(arguments.words) or None), zotero.server

    items, server = asyncio.run(fetch())
    with context.reading() as connection:
        known = known_papers(connection, server)
    options = IngestOptions(
        context.config.busy_timeout, "imported", dry_run=arguments.dry_run, key_form=context.config.key_form
    )
    report = take_in(context.library_path, items, known, server, now(), options)
    if not arguments.dry_run:
        context.index_new_pdfs()
    for message in report.messages:
        say(message)
    if context.wants_json:
        counts = {"new": report.new, "updated": report.updated, "unchanged": report.unchanged}
        same = identity_as_json(report.joined, report.renamed, len(report.look_alikes))
        print_json({**intake_as_json(**counts, rejected=report.rejected), **same, "step": report.step})
    else:
        print(intake_line(report.found, report) + (DRY_RUN_NOTE if arguments.dry_run else step_note(report.step)))
    return report_rejected(report.rejected)
