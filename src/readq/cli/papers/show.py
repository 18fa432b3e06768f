"""`readq show`: print everything about one paper."""

import argparse
import sqlite3
import sys
from collections.abc import Callable, Iterable

from readq.cli.arguments import add_reference
from readq.cli.context import Context
from readq.cli.output.reports import report_missing
from readq.cli.output.streams import print_json
from readq.model.note_links import linked_keys
from readq.model.values import Paper
from readq.ranking.explanation import Explanation, reasons
from readq.services import watches
from readq.store.interest import scores
from readq.store.notes import links
from readq.store.notes.links import LinkedPaper
from readq.store.papers import look_alikes, queries
from readq.text import clean, one_line

USAGE = "REF"
DESCRIPTION = "Show everything about a paper: metadata, abstract, note, and where it was seen."
EXAMPLE = "readq show vaswani2017attention"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq show`."""
    add_reference(parser)


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Print the paper: metadata, appearances in feeds, papers that may be the same work, abstract and note.

    Return the exit status: 1 if the REF names no paper, else 0.
    """
    with context.reading() as connection:
        chosen = context.choose(connection, [arguments.reference])
        papers = queries.papers(connection, chosen.ids)
        why = {paper.id: scores.explanation(connection, paper.id) for paper in papers}
        lines = {paper.id: _link_lines(connection, paper) for paper in papers}
        pairs = {paper.id: look_alikes.of_paper(connection, paper.id) for paper in papers}
    for paper in papers:
        if context.wants_json:
            print_json(queries.as_json(paper))
        elif sys.stdout.isatty():
            print("\n".join([_text(_readable(paper), pairs[paper.id], why[paper.id], _wrapped_list), *lines[paper.id]]))
        else:
            print("\n".join([_text(paper, pairs[paper.id], why[paper.id], ", ".join), *lines[paper.id]]))
    return report_missing(chosen.missing, as_json=context.wants_json and not papers)


def _link_lines(connection: sqlite3.Connection, paper: Paper) -> list[str]:
    """Return a line for each paper that the note links to, and for each paper whose note links to this one."""

    def line(sign: str, link: LinkedPaper) -> str:
        return one_line(f"{sign} {link.key}  {link.title if link.id else 'not in the library'}")

    to = [line("→", link) for link in links.linked_papers(connection, linked_keys(paper.note or ""))]
    by = [line("←", link) for link in links.linking_papers(connection, paper.id)]
    return ["", "links:", *to, *by] if to or by else []


def _readable(paper: Paper) -> Paper:
    """Return the paper with its LaTeX in Unicode, for a terminal."""
    from readq.tui.text.sanitize import display_text

    return paper._replace(
        title=display_text(paper.title),
        authors=tuple(map(display_text, paper.authors)),
        abstract=display_text(paper.abstract) if paper.abstract else None,
    )


def _wrapped_list(items: Iterable[str]) -> str:
    """Join `items` by commas. Lines are broken only between two items."""
    import textwrap

    # textwrap does not break at a no-break space.
    text = ", ".join(item.replace(" ", "\xa0") for item in items)
    return textwrap.fill(text, _width(), break_long_words=False, break_on_hyphens=False).replace("\xa0", " ")


def _width() -> int:
    import shutil

    return min(100, shutil.get_terminal_size().columns)


def _text(
    paper: Paper, pairs: list[look_alikes.Pair], why: Explanation | None, joined: Callable[[Iterable[str]], str]
) -> str:
    facts = {
        "status": paper.status + (" ★" if paper.starred else ""),
        "key": paper.key + ("" if paper.key_frozen else " (provisional)"),
        "year": paper.year,
        "venue": paper.venue,
        "arXiv": paper.arxiv_id,
        "version": f"v{paper.version}, seen {paper.revised}" if paper.revised else None,
        "DOI": paper.doi,
        "link": paper.url,
        "Zotero": paper.zotero,
        "tags": " ".join(f"#{tag}" for tag in paper.tags),
        "due": paper.due,
        "snoozed": paper.snoozed_until,
    }
    lines = [f"#{paper.id}  {one_line(paper.title)}", joined(map(one_line, paper.authors)), ""]
    lines += [f"{name:8}{one_line(str(value))}" for name, value in facts.items() if value]
    for sighting in paper.sightings:
        votes = f", {sighting.upvotes} upvotes" if sighting.upvotes is not None else ""
        lines.append(f"{'seen':8}{one_line(sighting.feed)} {sighting.seen}{votes}")
    lines += [f"{'watch':8}{one_line(watches.words(one))}" for one in paper.watches]
    for pair in pairs:
        other = pair.other if pair.one == paper.id else pair.one
        lines.append(f"{'double?':8}looks like #{other}: {one_line(', '.join(pair.why))}")
    if why:
        lines += [f"interest {why.number} of 100", f"{'why':8}{reasons(why)}"]
    if paper.abstract:
        lines += ["", _wrapped(paper.abstract)]
    if paper.note:
        lines += ["", "note:", clean(paper.note)]
    return "\n".join(line for index, line in enumerate(lines) if line or index != 1)


def _wrapped(text: str) -> str:
    import textwrap

    return "\n\n".join(textwrap.fill(part, _width()) for part in clean(text).split("\n\n"))
