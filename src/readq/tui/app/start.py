"""Start the UI: open the library, run the app, and report unsaved changes when the app has ended."""

import gc
import os
import sys
from typing import TYPE_CHECKING

from readq import clock
from readq.config import Config
from readq.errors import LibraryLockedError, ReadqError
from readq.services.papers.own_commands import parse_commands
from readq.store.connection import lock_wait
from readq.store.connection.damage_mark import damage_of
from readq.store.connection.write_access import unwritable_reason
from readq.store.library import open_for_reading, prepare_to_write
from readq.tui.app.app import ReadqApp
from readq.tui.app.pasted_text import protect_pastes
from readq.tui.keys.keymap import Keymap
from readq.tui.keys.own_actions import own_actions
from readq.tui.state.library_cache import LibraryCache, ListQuery

if TYPE_CHECKING:
    from readq.services.review.cards import ReviewChoice

_TRIES = 10
"""How often `build` tries to read the first list while the library is locked.

One try is not enough, because several processes can lock the library one after the other.
"""


def build(
    library_path: str, config: Config, *, review: "ReviewChoice | None" = None, config_path: str | None = None
) -> ReadqApp:
    """Open the library, load the first list, and return an app that shows it.

    See `run` for the parameters and the errors.
    """
    keymap = Keymap(config.keys, own_actions(parse_commands(config.commands)))
    for _ in range(_TRIES - 1):
        try:
            return _build(library_path, config, keymap, review, config_path)
        except LibraryLockedError:
            # Reads of the UI do not wait for a lock. This one does, and tells the user so.
            open_for_reading(library_path, config.busy_timeout).close()
    return _build(library_path, config, keymap, review, config_path)


def _build(
    library_path: str, config: Config, keymap: Keymap, review: "ReviewChoice | None", config_path: str | None
) -> ReadqApp:
    if unwritable_reason(library_path) is None and damage_of(library_path) is None:
        # The screens need the present schema to notice changes. A library that cannot be upgraded is only read.
        prepare_to_write(library_path, 0.0)
    library = LibraryCache(library_path, clock.now)
    try:
        if review and review.query:
            # The review screen opens after the first frame, too late for an error on standard error.
            library.require_valid(review.query)
        app = ReadqApp(library, config, keymap, review=review, config_path=config_path)
        app.session.list_papers(ListQuery(sort=app.context.orders.order("inbox")))
        library.refresh_counts()
    except ReadqError:
        library.close()
        raise
    return app


def run(
    library_path: str,
    config: Config,
    *,
    review: "ReviewChoice | None" = None,
    config_path: str | None = None,
    demo: bool = False,
) -> int:
    """Run the UI on the terminal until the user quits. Return the exit status.

    The first screen is the list if `review` is None. Otherwise it is a review of the cards that `review` selects.
    `config_path` is the path of the file that `config` was read from. `demo` disables all downloads.

    Raises UsageError if the query of `review` cannot be parsed. Raises ConfigError if a theme, a key or an action in
    `config` is not valid. Raises LibraryError or a subclass if the library cannot be opened. Raises LibraryLockedError
    if writes were not finished when the UI closed.
    """
    if os.environ.get("NO_COLOR") == "":
        # By no-color.org an empty value counts as not set, but Textual takes it for set.
        del os.environ["NO_COLOR"]
    app = build(library_path, config, review=review, config_path=config_path)
    app.context.demo = demo
    # For writes outside the writer thread, such as an import.
    lock_wait.set_listener(app.show_message_later)
    # The collector runs often under Textual. It need not visit the objects made so far, which live until the end.
    gc.freeze()
    gc.enable()
    protect_pastes(app.driver_class)
    try:
        app.run()
        if not demo:
            app.share.finish()
    finally:
        lock_wait.set_listener(None)
        app.session.library.close()
    for text in app.shutdown.rescued:
        sys.stderr.write(f"note: {text}\n")
    if unwritten := app.shutdown.unwritten:
        raise LibraryLockedError(
            f"not saved, the library was busy when readq ended: {'; '.join(unwritten)}", "see readq undo --list"
        )
    return app.return_code or 0
