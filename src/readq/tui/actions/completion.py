"""Completion of the text in prompts.

The names in the library, and the names of files, are read outside the UI thread.
"""

from collections.abc import Callable, Collection, Iterable
from functools import partial

from textual.worker import WorkType

from readq.store.search import vocabulary
from readq.store.search.vocabulary import Vocabulary
from readq.tui.screens.base import KeyedScreen
from readq.tui.state import completion
from readq.tui.state.background.daemon_thread import run_in_daemon
from readq.tui.state.completion import MOST, Candidate, Completion
from readq.tui.state.writer_thread import Command
from readq.tui.widgets.prompt_line import Suggest

DAYS = ("tomorrow", "3d", "1w", "2w", "1m", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The texts that a prompt for a day offers as completions."""


def words(known: Iterable[str]) -> Suggest:
    """Return a function that completes the whole line of a prompt to one of the texts `known`."""
    candidates = [Candidate(text) for text in known]
    return lambda text, cursor, answer: answer(completion.complete_line(candidates, text, cursor))


def tags(screen: KeyedScreen, present: Collection[str]) -> Suggest:
    """Return a function that completes the words in the prompt for tags.

    `present` are the tags of the papers that the user changes. A `-` before a tag removes it, so after a `-` the
    function offers only the tags in `present`.
    """
    return _from_library(screen, lambda names, text, at: completion.complete_tags(names, present, text, at))


def query(screen: KeyedScreen) -> Suggest:
    """Return a function that completes a query."""
    library = screen.session.library

    def keys(prefix: str) -> list[str]:
        return library.read(lambda conn: vocabulary.keys_with_prefix(conn, prefix, MOST), [])

    return _from_library(screen, lambda names, text, at: completion.complete_query(names, keys, text, at))


def view_names(screen: KeyedScreen) -> Suggest:
    """Return a function that completes a line to the name of a saved view."""

    def complete(names: Vocabulary, text: str, at: int) -> Completion:
        return completion.complete_line([Candidate(name) for name in names.views], text, at)

    return _from_library(screen, complete)


def _from_library(screen: KeyedScreen, complete: Callable[[Vocabulary, str, int], Completion]) -> Suggest:
    """Return a function that completes a text by the names in the library, which are read once, in the reader thread.

    A text that is typed before the names are read is completed as soon as they are. If the read fails, the next key
    starts another read.
    """
    read: list[Vocabulary] = []
    waiting: list[Callable[[Vocabulary], None]] = []

    def suggest(text: str, cursor: int, answer: Callable[[Completion], None]) -> None:
        def done(names: Vocabulary) -> None:
            answer(complete(names, text, cursor))

        if read:
            done(read[0])
            return
        is_reading = bool(waiting)
        waiting[:] = [done]
        if not is_reading:
            screen.session.reader.submit(Command(vocabulary.vocabulary, finish, lambda _: waiting.clear()))

    def finish(names: Vocabulary) -> None:
        read.append(names)
        waiting.pop()(names)

    return suggest


def paths(screen: KeyedScreen) -> Suggest:
    """Return a function that completes a path. It lists folders in a thread, so a slow disk does not delay the keys."""

    def suggest(text: str, cursor: int, answer: Callable[[Completion], None]) -> None:
        async def run() -> None:
            answer(await run_in_daemon(partial(completion.complete_path, text, cursor)))

        work: WorkType[None] = run
        screen.app.run_worker(work, exit_on_error=False, exclusive=True, group="completion")

    return suggest
