"""The action that imports a file or folder. The import runs in a thread of its own."""

import os
import sqlite3
from functools import partial
from typing import TYPE_CHECKING

from readq.errors import ReadqError
from readq.text import counted
from readq.tui.actions import completion
from readq.tui.keys.action import LIST
from readq.tui.screens.list_screen import ListScreen
from readq.tui.text.error_text import as_readq_error
from readq.tui.widgets.prompt_line import Prompt

if TYPE_CHECKING:
    from readq.model.import_report import ImportReport


def ask_for_file(screen: ListScreen) -> None:
    """Open a prompt for the file or folder to import.

    Raises LibraryError or a subclass if the library cannot be written to, or is marked as damaged.
    """
    screen.session.require_writable()

    def accept(text: str) -> bool:
        path = os.path.expanduser(text.strip())
        if path and not os.path.exists(path):
            raise ReadqError(f"there is no {path}", "check the spelling")
        if path:
            start_import(screen, path)
        return True

    keys = (("Enter", "import"), ("Esc", "cancel"))
    screen.open_prompt(Prompt("import file or folder:", accept, keys=keys, suggest=completion.paths(screen)))


def start_import(screen: ListScreen, path: str) -> None:
    """Import the file or folder `path` in the background, and show the result or the error."""
    from readq.services.importing import import_files

    session, show_error = screen.session, screen.session.observer.show_error
    # Without its folder, so that the keys have room.
    now, name = session.clock(), os.path.basename(path.rstrip(os.sep)) or path
    options = import_files.ImportOptions(busy_timeout=session.config.busy_timeout, key_form=session.config.key_form)

    def done(report: "ImportReport") -> None:
        session.refresh_if_changed()
        try:
            screen.list_papers(session.library.list_query)
        except ReadqError as error:
            show_error(error)
        rejections = rejection_text(report)
        if rejections:
            # In full, because the state line has no room for it.
            show_error(ReadqError(rejections))
        texts = (report_text(name, report), _next_keys(screen, report), rejections)
        session.observer.show_message(" · ".join(filter(None, texts)))

    def run_import() -> "ImportReport | ReadqError":
        try:
            return import_files.import_paths(session.library.path, [path], options, now)
        except (OSError, sqlite3.Error) as error:
            return ReadqError(f"cannot import {path}: {error}", "nothing was imported")
        except Exception as error:
            return as_readq_error(error)

    async def run() -> None:
        result = await screen.context.app.imports.run(name, run_import)
        if isinstance(result, ReadqError):
            show_error(result)
        else:
            done(result)

    screen.show_message(f"importing {path} …")
    screen.app.run_worker(run(), exit_on_error=False, group="import")


def _next_keys(screen: ListScreen, report: "ImportReport") -> str:
    """Return a text with the keys for the imported papers. Return "" if there are no new papers."""
    label = partial(screen.keymap.label, LIST)
    if not report.new:
        return ""
    if not screen.session.library.counts.inbox:
        return f"{label('view_all')} shows all papers" if label("view_all") else ""
    choices = ((label("queue"), "queues a paper"), (label("drop"), "drops it"), (label("help"), "all keys"))
    return ", ".join(f"{key} {what}" for key, what in choices if key)


def report_text(name: str, report: "ImportReport") -> str:
    """Return a message about the result of an import: the numbers of new, updated, unchanged and rejected entries.

    The number of new entries is always shown. The other numbers are left out if they are 0. `name` is the name of the
    imported file or folder.
    """
    parts = [f"{report.new:,} new"]
    others = (("updated", report.updated), ("unchanged", report.unchanged), ("rejected", len(report.rejected)))
    parts += [f"{number:,} {what}" for what, number in others if number]
    return f"imported {', '.join(parts)} from {name}"


def rejection_text(report: "ImportReport") -> str:
    """Return a message that names the first rejected entry of an import, and the reason. Return "" if there is none."""
    if not report.rejected:
        return ""
    first, others = report.rejected[0], len(report.rejected) - 1
    more = f", and {counted(others, 'other entry', 'other entries')}" if others else ""
    return f"rejected: {first.where}: {first.why}{more}"
