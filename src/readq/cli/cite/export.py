"""`readq export`."""

import argparse
import gc
import sys

from readq.cli.context import Context
from readq.cli.output.streams import print_json, say
from readq.clock import now
from readq.errors import UsageError
from readq.services import views
from readq.services.citing.export import export
from readq.services.citing.formats import DEFAULT, FORMATS
from readq.store.papers import queries
from readq.text import counted

USAGE = "[QUERY…]"
DESCRIPTION = """\
Write papers as BibTeX, BibLaTeX, CSL-JSON or Markdown, all but dropped ones or
those that QUERY finds, ordered by key. What leaves freezes its citation key. A
file that readq did not write is not replaced without --force."""
EXAMPLE = "readq export tag:thesis -o refs.bib"

_MOST_NAMED = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("query", nargs="*", metavar="QUERY", help="which papers")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to; standard output when not given")
    parser.add_argument("--format", default=DEFAULT.name, metavar="F", help=", ".join(FORMATS))
    parser.add_argument("--force", action="store_true", help="replace a file whatever it holds")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Export, and name on stderr the keys that may still change."""
    if arguments.format not in FORMATS:
        raise UsageError(f"unknown format {arguments.format!r}", f"one of {', '.join(FORMATS)}")
    path = None if arguments.output in (None, "-") else arguments.output
    moment = now()
    # All that an export makes is needed until it ends: looking for garbage among it takes a tenth of the time.
    gc.disable()
    with context.writing() as connection:
        ids = queries.list_ids(connection, views.list_selection(views.join_words(arguments.query), moment))
        exported = export(connection, ids, path, FORMATS[arguments.format], moment, force=arguments.force)
    if exported.provisional:
        _name(exported.provisional, "may still change", "author or year is not known")
    if exported.not_in_pdflatex:
        _name(
            exported.not_in_pdflatex,
            "with letters that pdfLaTeX lacks",
            "LuaLaTeX or XeLaTeX prints them, with a font that has them",
        )
    if not exported.frozen:
        say("the library is read-only: no key was frozen")
    if context.wants_json:
        print_json(
            {
                "entries": exported.entries,
                "output": path,
                "provisional": list(exported.provisional),
                "text": exported.text,
            }
        )
    elif exported.text is not None:
        sys.stdout.write(exported.text)
    else:
        say(f"{counted(exported.entries, 'paper')} written to {path}")
    return 0


def _name(keys: tuple[str, ...], what: str, why: str) -> None:
    named = ", ".join(keys[:_MOST_NAMED]) + (" …" if len(keys) > _MOST_NAMED else "")
    say(f"{counted(len(keys), 'key')} {what}: {named} ({why})")
