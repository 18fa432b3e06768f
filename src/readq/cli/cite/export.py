"""`readq export`: write papers as BibTeX or in another format."""

import argparse
import os

from readq.cli.arguments import add_query, query_of, refuse_unknown, utf8_path
from readq.cli.context import Context
from readq.cli.output.citation_reports import (
    name_keys,
    name_provisional_keys,
    report_chosen,
    report_renewals,
    report_update,
    update_as_json,
)
from readq.cli.output.reports import step_note
from readq.cli.output.streams import print_json, print_json_with_text, print_spool, say, use_utf8
from readq.clock import now
from readq.errors import UsageError
from readq.services.citing import export_settings
from readq.services.citing.export import Exported, export
from readq.services.citing.export_formats import DEFAULT, FORMATS
from readq.services.manuscripts.choice import Choice, choose
from readq.spool import Spool
from readq.text import counted

USAGE = "[QUERY… | --aux FILE | --tex FILE]"
DESCRIPTION = """\
Export papers for LaTeX and other programs: those that QUERY finds, or all but
dropped papers, ordered by citation key. Exporting freezes the keys: they never
change again. A file that readq did not write is not replaced without --force.
With --aux or --tex, export the papers that a LaTeX document cites.
--update changes only the entries that readq wrote to a .bib file, and adds
those of QUERY that it lacks; without QUERY, those of all papers. It leaves what
others wrote or edited. --keep updates the file after every change of the
library, in a work tree of git only when you run export --kept. It also removes
the entries of papers that QUERY no longer finds.
--format markdown writes one list or, if FILE is a folder (such as notes/), a
page for each paper and a table of them for Obsidian."""
EXAMPLE = "readq export tag:thesis -o refs.bib"

_MOST_NAMED = 10
"""The largest number of files that a message names."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq export`."""
    add_query(parser)
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=utf8_path, help="the file to write (default: standard output)"
    )
    parser.add_argument(
        "--format", default=DEFAULT.name, metavar="F", help=f"{', '.join(FORMATS)} (default: {DEFAULT.name})"
    )
    parser.add_argument(
        "--fields", metavar="F,…", help="write only these fields, such as title,year; +F adds F to the usual ones"
    )
    parser.add_argument("--omit", metavar="F,…", help="leave these fields out")
    parser.add_argument("--aux", metavar="FILE", help="export only what the document with this .aux file cites")
    parser.add_argument("--tex", metavar="FILE", help="export only what this .tex file and its included files cite")
    parser.add_argument("--follow", action="store_true", help="also read included files outside the document's folder")
    parser.add_argument(
        "--update",
        metavar="FILE",
        type=utf8_path,
        help="update readq's entries in a .bib file, and add those of QUERY that it lacks",
    )
    parser.add_argument(
        "--take", metavar="KEY", action="append", default=[], help="with --update: import an entry that others edited"
    )
    parser.add_argument(
        "--renew", metavar="KEY", action="append", default=[], help="with --update: replace an entry that others edited"
    )
    version = parser.add_mutually_exclusive_group()
    version.add_argument(
        "--published", action="store_true", help="cite published versions, also where the file has a preprint"
    )
    version.add_argument("--preprint", action="store_true", help="cite the preprints, even of papers published since")
    parser.add_argument("--keep", action="store_true", help="with -o FILE: update the file after each change")
    parser.add_argument("--kept", action="store_true", help="update and list all files of --keep")
    parser.add_argument("--forget", type=utf8_path, metavar="FILE", help="stop updating a file of --keep")
    parser.add_argument("--force", action="store_true", help="replace FILE even if readq did not write it")


def _export_folder(path: str, choice: Choice, context: Context, *, force: bool) -> int:
    """Write a Markdown page for each paper into a folder. Return the exit status: 1 if files were left alone."""
    from readq.services.notes import markdown_folder

    moment = now()
    with context.writing() as connection:
        chosen = choose(connection, choice, moment)
        status = report_chosen(chosen)
        done = markdown_folder.export(connection, chosen.ids, os.path.abspath(path), moment, force=force)
    if context.wants_json:
        print_json({"entries": done.papers, "output": path, "left": done.left})
    else:
        say(f"{counted(done.papers, 'paper')} written to {path}")
    if done.left:
        named = ", ".join(done.left[:_MOST_NAMED])
        say(f"error: {counted(len(done.left), 'file')} not written by readq, left alone (--force): {named}")
    return max(status, int(bool(done.left)))


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Export the papers and freeze their citation keys, so that the keys never change. Return the exit status.

    A key is not frozen while the author or year of its paper is not known. Such keys are named on standard error.

    `--update` updates the entries in a .bib file. A file given with `--keep` becomes a kept file, which readq renews
    after each change of the library. `--kept` renews all kept files, and `--forget` stops keeping a file.

    If the output is a folder, files that readq did not write are left alone.

    The status is 1 if a file was left alone or could not be renewed. It is also 1 if a document cites a key that no
    paper has, or cites one paper under two keys. Otherwise it is 0.
    """
    refuse_unknown("format", arguments.format, FORMATS)
    _refuse_together(arguments)
    if arguments.forget is not None or arguments.kept:
        return _kept(arguments, context)
    choice = _choice(arguments, context)
    if arguments.update is not None or arguments.keep:
        return _update(arguments, context, choice)
    return _export(arguments, context, choice)


def _refuse_together(arguments: argparse.Namespace) -> None:
    chosen = [name for name in ("update", "keep", "kept", "forget") if getattr(arguments, name)]
    if len(chosen) > 1:
        raise UsageError(f"--{chosen[0]} and --{chosen[1]} together", "give one of them")
    if arguments.keep and arguments.output in (None, "-"):
        raise UsageError("--keep needs a file", "-o FILE")
    if arguments.update is not None and arguments.output is not None:
        raise UsageError("--update and -o each name a file", "give one of them")
    if (arguments.take or arguments.renew) and not chosen:
        raise UsageError("--take and --renew need a file to update", "--update FILE")
    if arguments.kept or arguments.forget is not None:
        _refuse_with_kept(arguments, chosen[0])
    if arguments.follow and arguments.aux is None and arguments.tex is None:
        raise UsageError("--follow needs a document", "--aux FILE or --tex FILE")
    if arguments.force and (arguments.update is not None or arguments.keep):
        raise UsageError(f"--force does not apply to --{chosen[0]}", "--renew KEY replaces an entry that others edited")


def _refuse_with_kept(arguments: argparse.Namespace, chosen: str) -> None:
    """Raise UsageError for arguments that do not apply to `--kept` or `--forget`, the option `chosen`.

    A kept file has the papers and the format with which it was first kept.
    """
    names = ["query", "output", "fields", "omit", "aux", "tex", "follow", "take", "preprint", "force"]
    names += ["renew", "published"] if chosen == "forget" else []
    given = [name for name in names if getattr(arguments, name)]
    if arguments.format != DEFAULT.name:
        given.append("format")
    if given:
        named = "QUERY" if given[0] == "query" else f"--{given[0]}"
        raise UsageError(f"{named} does not apply to --{chosen}", "leave it out, or use -o FILE --keep")


def _export(arguments: argparse.Namespace, context: Context, choice: Choice) -> int:
    path = None if arguments.output in (None, "-") else arguments.output
    moment = now()
    context.prepare_query(choice.query)
    if path is not None and choice.form.name == "markdown" and (path.endswith(os.sep) or os.path.isdir(path)):
        return _export_folder(path, choice, context, force=arguments.force)
    with Spool() as spool:
        with context.reading_or_writing() as (connection, obstacle):
            export_settings.refuse_unknown_fields(connection, (*choice.fields, *choice.omitted))
            chosen = choose(connection, choice, moment)
            form, target = chosen.cited.named(choice.form), spool if path is None else path
            exported = export(connection, chosen.ids, target, form, moment, force=arguments.force)
        _name_all_keys(exported, obstacle)
        status = report_chosen(chosen)
        facts = {
            "entries": exported.entries,
            "output": path,
            "provisional": list(exported.provisional),
            "former": [{"former": one, "key": key} for one, key in exported.former],
        }
        if choice.has_document:
            facts["unknown"] = list(chosen.cited.unknown)
        if context.wants_json:
            print_json({**facts, "text": None}) if path is not None else print_json_with_text(facts, spool)
        elif path is None:
            use_utf8()
            print_spool(spool)
        else:
            say(f"{counted(exported.entries, 'paper')} written to {path}")
    return status


def _choice(arguments: argparse.Namespace, context: Context) -> Choice:
    query = query_of(arguments.query)
    fields, omitted = export_settings.listed(arguments.fields), export_settings.listed(arguments.omit)
    has_choice = FORMATS[arguments.format].has_choice
    if not has_choice and (arguments.fields or arguments.omit):
        chosen = ", ".join(name for name, form in FORMATS.items() if form.has_choice)
        raise UsageError(f"{arguments.format} has no fields to choose", f"--fields and --omit are for {chosen}")
    version = "preprint" if arguments.preprint else "published" if arguments.published else "given"
    named = export_settings.field_names(context.config, fields, omitted, version)
    export_settings.field_choice(named)
    documents = (arguments.aux, arguments.tex, arguments.follow)
    return Choice(query, arguments.format, *documents, *named).checked()


def _update(arguments: argparse.Namespace, context: Context, choice: Choice) -> int:
    from readq.formats.bib_file.revision import Wishes
    from readq.services.manuscripts.bib_update import check, update
    from readq.services.manuscripts.kept_files import keep
    from readq.services.manuscripts.taken_entries import take

    path, moment = arguments.update or arguments.output, now()
    context.prepare_query(choice.query)
    wishes, taken = Wishes((*arguments.renew, *arguments.take), arguments.published), None
    with context.writing() as connection:
        export_settings.refuse_unknown_fields(connection, (*choice.fields, *choice.omitted))
        if arguments.take:
            check(connection, path, choice, moment, wishes)
            taken = take(connection, path, arguments.take, choice, moment)
            say(f"{counted(taken.changed, 'paper')} corrected by {path}{step_note(taken.step)}")
        if arguments.keep:
            done = keep(connection, path, choice, moment, wishes, in_git=context.config.keep_in_git)
        else:
            done = update(connection, path, choice, moment, wishes)
    if context.wants_json:
        print_json({**update_as_json(done), "step": taken.step if taken else None})
    report_update(done, is_quiet=context.wants_json)
    return report_chosen(done.chosen)


def _kept(arguments: argparse.Namespace, context: Context) -> int:
    from readq.formats.bib_file.revision import Wishes
    from readq.services.manuscripts.kept_files import forget, renew

    with context.writing() as connection:
        if arguments.forget is not None:
            forget(connection, arguments.forget)
            say(f"{arguments.forget} is no longer kept")
            if context.wants_json:
                print_json({"path": arguments.forget, "kept": False})
            return 0
        done = renew(connection, now(), wishes=Wishes(arguments.renew, arguments.published))
    return report_renewals(done, wants_json=context.wants_json)


def _name_all_keys(exported: Exported, obstacle: str | None) -> None:
    name_provisional_keys(exported.provisional)
    name_keys(
        exported.not_in_pdflatex,
        "with letters that pdfLaTeX lacks",
        "LuaLaTeX and XeLaTeX print them in a font that has them",
    )
    name_keys(exported.not_in_biber, "that biber refuses", "--format biblatex writes them so that biber finds them")
    name_keys(
        [f"{former} is {key} now" for former, key in exported.former],
        "that only biblatex finds",
        "--format biblatex writes former keys as ids",
    )
    if not exported.frozen:
        say(f"{obstacle or 'the library is read-only'}: no key was frozen")
