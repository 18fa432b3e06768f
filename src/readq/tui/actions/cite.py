"""Actions that copy citation keys and entries, export papers to a file, and open links and PDFs."""

import os
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from readq.errors import ReadqError
from readq.model.identifiers import paper_url
from readq.services.citing.export_formats import FORMATS, ExportFormat
from readq.text import counted
from readq.tui.actions import completion
from readq.tui.actions.sync import require_network
from readq.tui.keys.action_table import copy_action, export_action
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.state.background.clipboard import copied_text
from readq.tui.state.line_marks import Targets
from readq.tui.widgets.prompt_line import Prompt

if TYPE_CHECKING:
    from readq.services.citing.export import Exported


def copy(screen: KeyedScreen, text: str, name: str) -> None:
    """Copy `text` to the clipboard in the background, and show a message that contains `text`.

    The message also says which program copied it. `name` describes the text in the message, such as `the citation key`.
    """
    observer = screen.session.observer

    async def run() -> None:
        try:
            by = await screen.context.clipboard.copy(text)
        except ReadqError as error:
            observer.show_error(error)
        else:
            observer.show_message(copied_text(name, text, by))

    screen.app.run_worker(run(), exit_on_error=False, group="copy")


def _copy_key(screen: KeyedScreen) -> None:
    from readq.services.citing.export import copy_key

    paper_id = screen.current_paper_id()
    if paper_id is not None:
        screen.session.write(lambda conn: copy_key(conn, paper_id), lambda key: copy(screen, key, "the citation key"))


def _copy_entry(screen: KeyedScreen, form: ExportFormat) -> None:
    from readq.services.citing.export import copy_entry

    paper_id = screen.current_paper_id()
    if paper_id is not None:
        screen.session.write(
            lambda conn: copy_entry(conn, paper_id, _with_fields(screen, form)),
            lambda entry: copy(screen, entry, f"the {form.label} entry"),
        )


def _with_fields(screen: KeyedScreen, form: ExportFormat) -> ExportFormat:
    """Return the format with the fields that the config file chooses."""
    from readq.services.citing.export_settings import field_choice, field_names

    return form._replace(choice=field_choice(field_names(screen.session.config, None, None)))


def _ask_for_file(screen: KeyedScreen, form: ExportFormat) -> None:
    list_state = screen.session.list_state
    papers = list_state.targets() if list_state.selected_count else Targets(list_state.ids)

    def accept(text: str) -> bool:
        path = os.path.expanduser(text.strip())
        if path:
            export_papers(screen, papers, path, form)
        return True

    keys = (("Enter", "write the file"), ("Esc", "cancel"))
    label = f"export {counted(len(papers), 'paper')} as {form.label} to:"
    screen.open_prompt(Prompt(label, accept, text=f"refs{form.suffix}", keys=keys, suggest=completion.paths(screen)))


def export_papers(screen: KeyedScreen, papers: Targets, path: str, form: ExportFormat, *, force: bool = False) -> None:
    """Write the papers in the format `form` to the file `path`, in the background, and show the result.

    If the file exists and was not written by readq, ask the user before it is replaced. If `force` is true, replace it
    without asking.
    """
    from readq.services.citing import export
    from readq.services.citing.output_file import ForeignFileError

    now = screen.session.clock()

    def failed(error: ReadqError) -> None:
        if not isinstance(error, ForeignFileError):
            screen.session.observer.show_error(error)
        elif screen.takes_text or not screen.is_current:
            # The question would take the keys that the user is pressing.
            hint = "nothing was written; export again to replace it"
            screen.session.observer.show_error(ReadqError(error.message, hint))
        else:
            _ask_to_replace(screen, papers, path, form, error.message)

    def done(exported: "Exported") -> None:
        entries, provisional = counted(exported.entries, "entry", "entries"), exported.provisional
        if provisional:
            may_change = f"{counted(len(provisional), 'key')} may still change"
            screen.show_message(f"wrote {entries}, {may_change}, to {path} ({', '.join(provisional)})")
        else:
            screen.show_message(f"wrote {entries} to {path}")

    screen.show_message(f"writing {path} …")
    screen.session.write(
        lambda conn: export.export(conn, papers.paper_ids(), path, _with_fields(screen, form), now, force=force),
        done,
        failed,
    )


def _ask_to_replace(screen: KeyedScreen, papers: Targets, path: str, form: ExportFormat, reason: str) -> None:
    def accept(text: str) -> bool:
        if text.strip().lower() in ("y", "yes"):
            export_papers(screen, papers, path, form, force=True)
        return True

    screen.open_prompt(
        Prompt(f"{reason}. Replace it? y:", accept, keys=(("y Enter", "replace the file"), ("Esc", "leave it")))
    )


def _open_in_browser(screen: KeyedScreen) -> None:
    from readq.services.papers import open_externally

    paper_id = screen.current_paper_id()
    paper = None if paper_id is None else screen.session.library.paper(paper_id)
    url = paper and paper_url(paper.url, paper.arxiv_id, paper.doi)
    if url is None:
        return
    unopened = open_externally.open_link(url, os.environ)
    if unopened:
        copy(screen, unopened, "the address (there is no browser here)")
    else:
        screen.show_message(f"opened {url}")


def _open_or_download_pdf(screen: KeyedScreen) -> None:
    """Open the PDF. If there is no file, download it first, in the background."""
    from readq.services.pdf import linked_files

    paper_id, downloads, observer = screen.current_paper_id(), screen.context.downloads, screen.session.observer
    if paper_id is None:
        return
    path = screen.session.library.read(lambda conn: linked_files.existing_path(conn, paper_id), None)
    if path is not None:
        open_pdf(screen, path)
        return
    require_network(screen)
    if any(worker.group == "pdf" and not worker.is_finished for worker in screen.app.workers):
        raise ReadqError("another PDF is being downloaded", "wait until it is there")
    name = screen.session.describe((paper_id,))

    async def download() -> None:
        paths: list[str] = []

        def on_progress(line: Mapping[str, Any]) -> None:
            if "path" in line:
                paths.append(str(line["path"]))
            else:
                observer.show_message(download_text(name, line))

        status, last_error = await downloads.run(["pdf", "--progress", "json", str(paper_id)], on_progress)
        if paths:
            open_pdf(screen, paths[-1])
        else:
            message = last_error.removeprefix("error: ") or f"the download ended with status {status}"
            observer.show_error(ReadqError(message))

    screen.show_message(f"downloading the PDF of {name} …")
    screen.app.run_worker(download(), exit_on_error=False, group="pdf")


def download_text(name: str, line: Mapping[str, Any]) -> str:
    """Return a message about the progress of a download, such as `downloading “Title”: 1.2 of 3.4 MB`.

    `name` is the title or the number of the paper. `line` is a JSON object printed by `readq pdf`, with `size` and
    `total` in bytes.
    """
    size, total = line.get("size"), line.get("total")
    loaded = f": {size / 1e6:.1f}" if isinstance(size, int) else ""
    of_total = f" of {total / 1e6:.1f}" if isinstance(total, int) else ""
    return f"downloading {name}{loaded}{of_total}{' MB' if loaded else ''}"


def open_pdf(screen: KeyedScreen, path: str) -> None:
    """Open the PDF file at `path` in a PDF viewer. If there is no viewer, copy `path` to the clipboard and show `path`.

    Raises ReadqError if the command that opens the viewer cannot be parsed or started.
    """
    from readq.services.papers import open_externally

    unopened = open_externally.open_file(path, screen.session.config.open_pdf, os.environ)
    if unopened:
        copy(screen, unopened, "the path (there is no PDF viewer here)")
    else:
        screen.session.observer.show_message(f"opened {path}")


ON_PAPERS: Mapping[str, Handler] = {
    "copy_key": _copy_key,
    **{copy_action(form): partial(_copy_entry, form=form) for form in FORMATS.values() if form.copy_key},
    "browser": _open_in_browser,
    "pdf": _open_or_download_pdf,
}
IN_LISTS: Mapping[str, Handler] = {
    export_action(form): partial(_ask_for_file, form=form) for form in FORMATS.values() if form.export_key
}
