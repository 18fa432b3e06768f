"""Keys that take something out of readq: citation keys and entries to the clipboard, a .bib file, the browser."""

import os
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from readq.errors import ReadqError
from readq.services.citing.formats import FORMATS, ExportFormat
from readq.text import counted
from readq.tui.actions.sync import require_network
from readq.tui.keys.action_table import copy_action, export_action
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.widgets.prompt_line import Prompt

if TYPE_CHECKING:
    from readq.services.citing.export import Exported


def copy(screen: KeyedScreen, text: str, what: str) -> None:
    """Put text on the clipboard and show it too: a terminal never says whether it took it."""
    screen.app.copy_to_clipboard(text)
    screen.say(f"copied {what}: {' '.join(text.split())}")


def _copy_key(screen: KeyedScreen) -> None:
    from readq.services.citing.export import copy_key

    paper_id = screen.subject()
    if paper_id is not None:
        screen.session.write(lambda conn: copy_key(conn, paper_id), lambda key: copy(screen, key, "the citation key"))


def _copy_entry(screen: KeyedScreen, form: ExportFormat) -> None:
    from readq.services.citing.export import copy_entry

    paper_id = screen.subject()
    if paper_id is not None:
        screen.session.write(
            lambda conn: copy_entry(conn, paper_id, form),
            lambda entry: copy(screen, entry, f"the {form.label} entry"),
        )


def _ask_for_file(screen: KeyedScreen, form: ExportFormat) -> None:
    list_state = screen.session.list_state
    ids = list_state.targets() if list_state.selected else tuple(list_state.ids)
    if not ids:
        screen.say("nothing to export: the list is empty")
        return

    def accept(text: str) -> bool:
        path = os.path.expanduser(text.strip())
        if path:
            export(screen, ids, path, form)
        return True

    keys = (("Enter", "write the file"), ("Esc", "cancel"))
    label = f"export {counted(len(ids), 'paper')} as {form.label} to:"
    screen.ask(Prompt(label, accept, text=f"refs{form.suffix}", keys=keys))


def export(screen: KeyedScreen, ids: tuple[int, ...], path: str, form: ExportFormat, *, force: bool = False) -> None:
    """Write the papers to a file; ask before replacing one that readq did not write."""
    from readq.services.citing import export as exports
    from readq.services.citing.output_file import ForeignFileError

    now = screen.session.clock()

    def refused(error: ReadqError) -> None:
        if isinstance(error, ForeignFileError):
            _ask_to_replace(screen, ids, path, form, error.message)
        else:
            screen.session.observer.show_error(error)

    def done(exported: "Exported") -> None:
        entries, provisional = counted(exported.entries, "entry", "entries"), exported.provisional
        if provisional:
            may_change = f"{counted(len(provisional), 'key')} may still change"
            screen.say(f"wrote {entries}, {may_change}, to {path} ({', '.join(provisional)})")
        else:
            screen.say(f"wrote {entries} to {path}")

    screen.say(f"writing {path} …")
    screen.session.write(lambda conn: exports.export(conn, ids, path, form, now, force=force), done, refused)


def _ask_to_replace(screen: KeyedScreen, ids: tuple[int, ...], path: str, form: ExportFormat, why: str) -> None:
    def accept(text: str) -> bool:
        if text.strip().lower() in ("y", "yes"):
            export(screen, ids, path, form, force=True)
        return True

    screen.ask(Prompt(f"{why}. Replace it? y:", accept, keys=(("y Enter", "replace the file"), ("Esc", "leave it"))))


def _browser(screen: KeyedScreen) -> None:
    from readq.services.papers import open_externally as opening

    paper_id = screen.subject()
    paper = None if paper_id is None else screen.session.library.paper(paper_id)
    if paper is None:
        return
    if not paper.url:
        screen.say("no address is known for this paper")
        return
    shown_instead = opening.open_link(paper.url, os.environ)
    if shown_instead:
        copy(screen, shown_instead, "the address")
    else:
        screen.say(f"opened {paper.url}")


def _pdf(screen: KeyedScreen) -> None:
    """Open the PDF; what is not there yet is downloaded in the background while the reader goes on."""
    from readq.services.pdf import linked_files

    paper_id, downloads, observer = screen.subject(), screen.context.downloads, screen.session.observer
    if paper_id is None:
        return
    path = screen.session.library.read(lambda conn: linked_files.existing_path(conn, paper_id), None)
    if path is not None:
        open_pdf(screen, path)
        return
    require_network(screen)
    if downloads.running:
        raise ReadqError("another PDF is on its way", "wait for it")
    name = screen.session.describe((paper_id,))

    def heard(line: Mapping[str, Any]) -> None:
        observer.show_message(download_text(name, line))

    async def work() -> None:
        arrived: dict[str, str] = {}

        def take(line: Mapping[str, Any]) -> None:
            if "path" in line:
                arrived["path"] = str(line["path"])
            else:
                heard(line)

        status, complaint = await downloads.run(["pdf", "--progress", "json", str(paper_id)], take)
        if "path" in arrived:
            open_pdf(screen, arrived["path"])
        else:
            why = complaint.removeprefix("error: ") or f"the download ended with status {status}"
            observer.show_error(ReadqError(why))

    screen.say(f"downloading the PDF of {name} …")
    screen.app.run_worker(work(), exit_on_error=False, group="pdf")


def download_text(name: str, line: Mapping[str, Any]) -> str:
    """How far a download is: `downloading “Title”: 1.2 of 3.4 MB`."""
    size, total = line.get("size"), line.get("total")
    come = f": {size / 1e6:.1f}" if isinstance(size, int) else ""
    of = f" of {total / 1e6:.1f}" if isinstance(total, int) else ""
    return f"downloading {name}{come}{of}{' MB' if come else ''}"


def open_pdf(screen: KeyedScreen, path: str) -> None:
    """Open a PDF in the reader's viewer; where there is none, show and copy its path."""
    from readq.services.papers import open_externally as opening

    shown_instead = opening.open_file(path, screen.session.config.open_pdf, os.environ)
    if shown_instead:
        copy(screen, shown_instead, "the path")
    else:
        screen.session.observer.show_message(f"opened {path}")


OF_ONE_PAPER: Mapping[str, Handler] = {
    "copy_key": _copy_key,
    **{copy_action(form): partial(_copy_entry, form=form) for form in FORMATS.values() if form.copy_key},
    "browser": _browser,
    "pdf": _pdf,
}
IN_LISTS: Mapping[str, Handler] = {
    export_action(form): partial(_ask_for_file, form=form) for form in FORMATS.values() if form.export_key
}
