"""`readq rekey`: give papers the citation keys that fit their metadata and the form of keys in the config."""

import argparse
from collections.abc import Sequence

from readq.cli.arguments import add_query, query_of
from readq.cli.context import Context
from readq.cli.output.reports import step_note
from readq.cli.output.streams import print_json, say
from readq.clock import now
from readq.services.citation_keys.rekey import NewKey, plan, rekey
from readq.services.views import list_selection
from readq.store.papers.queries import list_ids
from readq.text import counted, one_line

USAGE = "[QUERY…]"
DESCRIPTION = """\
Regenerate citation keys from the metadata, in the format of the config
([export] key), for the papers that QUERY finds, or all but dropped ones. Print
old and new keys. A key that was exported or copied is frozen: it is listed, but
only --frozen changes it. Links in notes are updated, former keys still name
their papers, and one undo reverses it all. --dry-run only prints."""
EXAMPLE = "readq rekey --dry-run"

_MOST_NAMED = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq rekey`."""
    add_query(parser)
    parser.add_argument("--frozen", action="store_true", help="also change frozen keys, which documents may cite")
    parser.add_argument("--dry-run", action="store_true", help="print the keys, and change nothing")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Change the keys as one undo step. With `--dry-run`, only print what would change. Return 0."""
    query, moment, step = query_of(arguments.query), now(), None
    form = context.config.key_form
    context.prepare_query(query)
    with context.reading() if arguments.dry_run else context.writing() as connection:
        ids = list_ids(connection, list_selection(query, moment, connection))
        if arguments.dry_run:
            done = plan(connection, ids, form, frozen=arguments.frozen)
        else:
            outcome, done = rekey(connection, ids, form, moment, frozen=arguments.frozen)
            step = outcome.step
    if context.wants_json:
        changed = 0 if arguments.dry_run else len(done.moved)
        counts = {"changed": changed, "unchanged": len(ids) - changed, "missing": [], "step": step}
        print_json({**counts, "keys": _as_json(done.moved), "frozen": _as_json(done.frozen)})
        return 0
    for one in done.moved:
        print(f"{one_line(one.old)} -> {one_line(one.new)}")
    _name_frozen(done.frozen)
    would = "would change" if arguments.dry_run else "changed"
    say(f"{counted(len(done.moved), 'key')} {would}{step_note(step)}")
    return 0


def _as_json(keys: Sequence[NewKey]) -> list[dict[str, object]]:
    return [{"id": one.number, "from": one.old, "to": one.new} for one in keys]


def _name_frozen(keys: Sequence[NewKey]) -> None:
    if keys:
        named = ", ".join(f"{one.old} ({one.new})" for one in keys[:_MOST_NAMED])
        more = " …" if len(keys) > _MOST_NAMED else ""
        say(f"{counted(len(keys), 'frozen key')} in another format, unchanged (--frozen changes them): {named}{more}")
