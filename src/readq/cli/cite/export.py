"""`readq export`: write papers as BibTeX or in another format."""

import argparse
from collections.abc import Sequence

from readq.cli.arguments import add_query, refuse_unknown
from readq.cli.context import Context
from readq.cli.output.streams import print_json, print_json_with_text, print_spool, say
from readq.clock import now
from readq.services.citing import export_settings
from readq.services.citing.export import Exported, export
from readq.services.citing.export_formats import DEFAULT, FORMATS
from readq.services.views import join_words, list_selection
from readq.spool import Spool
from readq.store.papers.queries import list_ids
from readq.text import counted

USAGE = "[QUERY…]"
DESCRIPTION = """\
Export papers for LaTeX and other programs: those that QUERY finds, or all but
dropped papers, ordered by citation key. Exporting freezes the keys: they never
change again. A file that readq did not write is not replaced without --force."""
EXAMPLE = "readq export tag:thesis -o refs.bib"

_MOST_NAMED = 10
"""Maximum number of keys that a message names."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq export`."""
    add_query(parser)
    parser.add_argument("-o", "--output", metavar="FILE", help="the file to write; standard output when not given")
    parser.add_argument("--format", default=DEFAULT.name, metavar="F", help=", ".join(FORMATS))
    parser.add_argument("--fields", metavar="F,…", help="write these fields only; +F adds a field to the usual ones")
    parser.add_argument("--omit", metavar="F,…", help="leave these fields out")
    parser.add_argument("--force", action="store_true", help="replace FILE whatever it holds")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Export the papers and freeze their citation keys, so that the keys never change. Return the exit status.

    A key is not frozen while the author or year of its paper is not known. Such keys are named on standard error.
    """
    refuse_unknown("format", arguments.format, FORMATS)
    path = None if arguments.output in (None, "-") else arguments.output
    choice = export_settings.field_choice(context.config, _listed(arguments.fields), _listed(arguments.omit))
    form, moment, query = FORMATS[arguments.format]._replace(choice=choice), now(), join_words(arguments.query)
    context.refresh_interest_for(query)
    with Spool() as spool:
        with context.reading_or_writing() as (connection, obstacle):
            ids = list_ids(connection, list_selection(query, moment, connection))
            target = spool if path is None else path
            exported = export(connection, ids, target, form, moment, force=arguments.force)
        _name_all_keys(exported, obstacle)
        former = [{"former": one, "key": key} for one, key in exported.former]
        facts = {
            "entries": exported.entries,
            "output": path,
            "provisional": list(exported.provisional),
            "former": former,
        }
        if context.wants_json:
            print_json({**facts, "text": None}) if path is not None else print_json_with_text(facts, spool)
        elif path is None:
            print_spool(spool)
        else:
            say(f"{counted(exported.entries, 'paper')} written to {path}")
    return 0


def _listed(names: str | None) -> list[str] | None:
    return None if names is None else [name.strip() for name in names.split(",") if name.strip()]


def _name_all_keys(exported: Exported, obstacle: str | None) -> None:
    _name_keys(exported.provisional, "may still change", "author or year is not known")
    _name_keys(
        exported.not_in_pdflatex,
        "with letters that pdfLaTeX lacks",
        "LuaLaTeX and XeLaTeX print them in a font that has them",
    )
    _name_keys(exported.not_in_biber, "that biber refuses", "--format biblatex writes them so that biber finds them")
    _name_keys(
        [f"{former} is {key} now" for former, key in exported.former],
        "that only biblatex finds",
        "--format biblatex writes former keys as ids",
    )
    if not exported.frozen:
        say(f"{obstacle or 'the library is read-only'}: no key was frozen")


def _name_keys(keys: Sequence[str], what: str, why: str) -> None:
    if keys:
        named = ", ".join(keys[:_MOST_NAMED]) + (" …" if len(keys) > _MOST_NAMED else "")
        say(f"{counted(len(keys), 'key')} {what}: {named} ({why})")
