"""Maintenance while the UI runs: make backups, delete old undo steps, exchange changes, and renew .bib files.

Changes are exchanged with the user's other machines. This is called a share. The .bib files are those that the user has
asked readq to keep in agreement with the library.
"""

import sqlite3
from functools import partial

from textual.app import App

from readq import clock
from readq.errors import ReadqError
from readq.store.connection.write_access import unwritable_reason
from readq.tui.state.background.share_job import ShareJob
from readq.tui.state.session import Session

_BACKUP_DELAY = 5.0
"""Seconds from the start until a backup is made, if one is due. The delay keeps the first keys fast."""

_PRUNE_DELAY = 8.0
"""Seconds from the start until old undo steps are deleted, if there are any."""

_SHARE_INTERVAL = 2.0
"""Seconds between two checks whether to exchange changes with the user's other machines.

It is also the time from the start to the first check.
"""


def schedule_maintenance(app: App[None], session: Session, share: ShareJob | None) -> None:
    """Schedule the automatic backup and the deletion of old undo steps, 5 and 8 seconds after the start.

    `share` exchanges changes with the user's other machines. If it is not None, it is run whenever an exchange is due.
    """
    if session.config.automatic_backup and not unwritable_reason(session.library.path):
        back_up = partial(_back_up, app, session)
        app.set_timer(_BACKUP_DELAY, lambda: app.run_worker(back_up, thread=True, exit_on_error=False))
    app.set_timer(_PRUNE_DELAY, partial(_delete_old_steps, session))
    if share is not None and share.is_wanted:
        app.set_interval(_SHARE_INTERVAL, partial(_share_if_due, app, session, share))


def renew_kept_files(connection: sqlite3.Connection) -> None:
    """Renew the .bib files that readq keeps in agreement with the library. Any thread can call this.

    If the renewal of a file fails, the library records the failure.
    """
    from readq.store import bib_files

    if bib_files.kept(connection):
        from readq.services.manuscripts.kept_files import renew_after_change

        renew_after_change(connection, clock.now())


def _back_up(app: App[None], session: Session) -> None:
    """Make the automatic backup in a worker thread."""
    from readq.services.safety import backup

    try:
        backup.back_up_automatically(session.library.path, session.clock(), session.config)
    except ReadqError as error:
        failure = ReadqError(f"no automatic backup: {error.message}", error.hint)
        app.call_from_thread(session.observer.show_error, failure)


def _share_if_due(app: App[None], session: Session, share: ShareJob) -> None:
    async def run() -> None:
        if message := await share.run():
            session.observer.show_message(message)

    if not session.writer.pending and share.is_due:
        app.run_worker(run(), exit_on_error=False, group="share")


def _delete_old_steps(session: Session) -> None:
    from readq.services.history import retention

    now = session.clock()

    def checked(is_due: bool) -> None:
        if is_due:
            # An error is not shown: the next start tries again.
            session.write(lambda conn: retention.prune(conn, session.config, now), failed=lambda _: None)

    # The check reads the whole journal, so it runs in the reader thread.
    session.read(lambda conn: retention.is_due(conn, session.config, now), checked)
