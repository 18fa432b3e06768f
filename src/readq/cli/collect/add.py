"""`readq add`: look up papers by id, URL, PDF or title, and queue them."""

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from readq.cli.arguments import expand_standard_input
from readq.cli.context import Context
from readq.cli.output.reports import identity_as_json, intake_as_json, report_rejected, say_step
from readq.cli.output.streams import print_json, say
from readq.clock import now
from readq.errors import ReadqError, UsageError
from readq.model.values import Rejected, Status
from readq.text import one_line, quoted

if TYPE_CHECKING:
    from readq.net.fetcher import Network
    from readq.services.enrichment.add import AddedPaper, AddResult
    from readq.services.enrichment.add_arguments import AddRequest
    from readq.services.enrichment.title_search import Candidate, Search

USAGE = "REF… | TITLE"
DESCRIPTION = """\
Fetch the metadata of papers, and queue them. REF is an arXiv id, a DOI, a URL
(arXiv, a publisher, OpenReview, the ACL Anthology, any page that says which
paper it is about), a PDF on your disk, or - to read one REF per line. Without a
network, the paper is queued anyway, and the next sync completes it. A paper
that you have is not added again, but is queued if it was in the inbox. With a
TITLE, you choose from what arXiv, Semantic Scholar and OpenAlex find. Without a
terminal, the candidates are only listed."""
EXAMPLE = "readq add 1706.03762, or: readq add attention is all you need"
IS_LOGGED = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq add`."""
    parser.add_argument("words", nargs="+", metavar="REF|TITLE", help="ids, URLs or PDFs; or the words of a title")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Look up the papers, queue them, and print one line for each paper. Return the exit status.

    For a title, ask the user to choose a paper from the search results. Without a terminal, list the results. The
    status is 1 if a paper was rejected or the results were only listed, else 0.
    """
    words = [word for word in expand_standard_input(arguments.words) if word.strip()]
    if not words and "-" not in arguments.words:
        raise UsageError("which paper?", "give an arXiv id, a DOI, a URL, a PDF or a title")
    from readq.services.network import Servers

    context.prepare_to_write()
    servers = Servers(context.library_path, context.config, now)
    request = _parse_arguments(words, context)
    if request.title is not None:
        return _add_by_title(request.title, servers, context)
    return _add(request, servers, context)


def _parse_arguments(words: Sequence[str], context: Context) -> "AddRequest":
    from readq.services.enrichment.add_arguments import parse_arguments
    from readq.services.pdf.identify import reference_of_pdf
    from readq.store.references import find

    with context.reading() as connection:
        return parse_arguments(words, lambda word: find(connection, word) is not None, reference_of_pdf)


def _add(request: "AddRequest", servers: "Network", context: Context) -> int:
    from readq.services.enrichment.add import AddResult, add
    from readq.services.importing.ingest import IngestOptions

    targets, rejected, _ = request
    options = IngestOptions(context.config.busy_timeout, key_form=context.config.key_form)
    added = add(context.library_path, targets, servers, now(), options) if targets else AddResult()
    context.index_new_pdfs()
    return _report(added._replace(rejected=(*rejected, *added.rejected)), context.wants_json)


def _add_by_title(title: str, servers: "Network", context: Context) -> int:
    """Let the user choose a candidate. Without a terminal, list the candidates."""
    from readq.services.enrichment.add_arguments import AddRequest, AddTarget
    from readq.services.enrichment.title_search import search

    found = search(servers, title)
    for failure in found.failures:
        say(f"skipped: {failure}")
    if context.wants_json or not sys.stdin.isatty():
        return _list_candidates(title, found, context.wants_json)
    if not found.candidates:
        why = (
            f"no paper {quoted(title)} was found"
            if found.answered
            else f"no service could be asked for {quoted(title)}"
        )
        raise ReadqError(why, "try its arXiv id, DOI or URL")
    chosen = _choose(found.candidates)
    if chosen is None:
        say("nothing was added")
        return 0
    return _add(AddRequest((AddTarget(chosen.reference, chosen.reference),)), servers, context)


def _choose(candidates: "Sequence[Candidate]") -> "Candidate | None":
    for number, candidate in enumerate(candidates, start=1):
        say(f"{number}. {_line(candidate)}")
    while True:
        sys.stderr.write(f"Which one? 1-{len(candidates)}, Enter for none: ")
        sys.stderr.flush()
        answer = sys.stdin.readline().strip()
        if not answer:
            return None
        if answer.isascii() and answer.isdigit() and 1 <= int(answer) <= len(candidates):
            return candidates[int(answer) - 1]


def _line(candidate: "Candidate") -> str:
    authors = ", ".join(candidate.authors[:3]) + (" et al." if len(candidate.authors) > 3 else "")
    facts = "; ".join(filter(None, (authors, candidate.venue, str(candidate.year or ""))))
    return f"{candidate.reference}  {candidate.title}{f' ({facts})' if facts else ''}"


def _list_candidates(title: str, found: "Search", wants_json: bool) -> int:
    why = "choose one by its id" if found.candidates else "no paper with this title was found"
    if not found.answered:
        why = "no service could be asked (an arXiv id or a DOI is queued all the same)"
    if wants_json:
        counts = intake_as_json(new=0, updated=0, unchanged=0, rejected=[Rejected(title, why)])
        counts |= identity_as_json((), (), 0)
        print_json({**counts, "candidates": [candidate._asdict() for candidate in found.candidates]})
    else:
        for candidate in found.candidates:
            print(f"{one_line(candidate.reference)}\t{one_line(candidate.title)}")
    say(f"error: {title}: {why}{' (readq add ID)' if found.candidates else ''}")
    return 1


def _report(added: "AddResult", wants_json: bool) -> int:
    status = report_rejected(added.rejected)
    if wants_json:
        unchanged = len(added.papers) - added.new - added.updated
        counts = intake_as_json(new=added.new, updated=added.updated, unchanged=unchanged, rejected=added.rejected)
        counts |= identity_as_json(added.joined, (), len(added.look_alikes))
        print_json({**counts, "step": added.step, "papers": [_paper_as_json(paper) for paper in added.papers]})
    else:
        for paper in added.papers:
            print(one_line(f"{_change(paper)}: #{paper.number} {paper.key} {paper.title}"))
        say_step(added.step)
    for paper in added.papers:
        if paper.pending is not None:
            say(f"#{paper.number}: the next sync fetches its metadata ({paper.pending or 'not fetched yet'})")
    return status


def _change(paper: "AddedPaper") -> str:
    if paper.was is None:
        return "queued"
    if paper.was is Status.INBOX:
        return "queued, was in the inbox"
    return f"unchanged, was {paper.was} already"


def _paper_as_json(paper: "AddedPaper") -> dict[str, object]:
    return {
        "id": paper.number,
        "key": paper.key,
        "title": paper.title,
        "status": paper.status,
        "was": paper.was,
        "pending": paper.pending is not None,
    }
