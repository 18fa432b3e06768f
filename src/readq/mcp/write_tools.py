"""The tools that write: queue a paper, append to a note, add tags. Each call is one step, which `readq undo` can undo.

No tool deletes or overwrites anything. A paper that the user has decided on keeps its status. Notes only grow, and
no tag is removed.
"""

from collections.abc import Sequence

from readq.errors import ReadqError
from readq.mcp.read_tools import no_paper, number_of
from readq.mcp.tool import Answer, Environment
from readq.model.identifiers import identifiers_in, spelling
from readq.model.values import Status
from readq.services.history.steps import Outcome
from readq.services.papers import notes, triage
from readq.store import references
from readq.store.papers import queries

_FETCHED = ("arxiv", "doi", "pmid", "openreview", "acl")
"""The schemes of identifiers that `queue_paper` looks up.

URLs are not among them, so an agent cannot choose the server.
"""


def queue_paper(environment: Environment, ref: str) -> Answer:
    """Set the status of the paper that `ref` names to queued, if its status is inbox. Any other status is kept.

    If the library lacks the paper, look it up and add it as queued. Raises ReadqError if `ref` neither names a paper of
    the library nor is an identifier, or if the paper cannot be added.
    """
    with environment.library.writing() as connection:
        found = references.find(connection, ref)
        if found is not None:
            moment = environment.clock()
            outcome = triage.mark(connection, [found], Status.QUEUED, moment, undecided=True)
            paper = queries.paper(connection, found)
            status = paper.status if paper else None
            return {**_done(outcome), "number": found, "status": status}
    return _add(environment, ref)


def _add(environment: Environment, ref: str) -> Answer:
    reference = next((spelling(one) for one in identifiers_in(ref) if one[0] in _FETCHED), None)
    if reference is None:
        raise no_paper(ref)
    from readq.services.enrichment.add import add
    from readq.services.enrichment.add_arguments import AddTarget
    from readq.services.importing.ingest import IngestOptions
    from readq.services.network import Servers

    library = environment.library
    servers = Servers(library.library_path, library.config, environment.clock)
    targets = [AddTarget(reference, reference)]
    options = IngestOptions(library.config.busy_timeout, key_form=library.config.key_form)
    result = add(library.library_path, targets, servers, environment.clock(), options)
    if not result.papers:
        why = result.rejected[0].why if result.rejected else "not found"
        raise ReadqError(f"{reference} was not added: {why}")
    (paper,) = result.papers
    answer = _step(result.new + result.updated, result.step)
    return {**answer, "number": paper.number, "status": str(paper.status), "is_complete": paper.pending is None}


def append_note(environment: Environment, ref: str, text: str) -> Answer:
    """Append `text` to the note of the paper that `ref` names, on a new line. Raises ReadqError for an unknown `ref`.

    Raises ReadqError if the text is blank.
    """
    if not notes.tidy(text):
        raise ReadqError("the text is empty")
    with environment.library.writing() as connection:
        number = number_of(connection, ref)
        outcome = notes.append(connection, number, text, environment.clock())
    return {**_done(outcome), "number": number}


def tag_paper(environment: Environment, ref: str, tags: Sequence[str]) -> Answer:
    """Add `tags` to the paper that `ref` names. Raises ReadqError for an unknown `ref`.

    Raises UsageError for an invalid tag.
    """
    with environment.library.writing() as connection:
        number = number_of(connection, ref)
        outcome = triage.tag(connection, [number], tags, [], environment.clock())
    return {**_done(outcome), "number": number}


def _done(outcome: Outcome) -> dict[str, object]:
    return _step(outcome.changed, outcome.step)


def _step(changed: int, step: int | None) -> dict[str, object]:
    if step is None:
        return {"changed": changed}
    return {"changed": changed, "step": step, "undo": f"readq undo {step}"}
