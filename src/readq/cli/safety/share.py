"""`readq share`: synchronise the libraries of several machines through git."""

import argparse
from typing import TYPE_CHECKING

from readq.cli.context import Context
from readq.cli.output.reports import report_rejected
from readq.cli.output.streams import print_json, say
from readq.clock import now
from readq.errors import UsageError
from readq.paths import default_share, expand
from readq.text import counted

if TYPE_CHECKING:
    from readq.services.share.exchange import ShareReport

USAGE = "[init [URL] | status]"
DESCRIPTION = """\
Keep the libraries of several machines in sync. "share init" makes a git
repository of your dump, or clones the one at URL that another machine made: a
folder, ssh or https. A folder that does not exist is created; on a server, make
an empty repository first, without a README. "share" then commits what changed
here, merges what changed elsewhere, and pushes. It is a three-way merge by
paper and field. A change or a removal on one side counts. Of two decisions, the
later wins. Tags that either side added or removed are added or removed. If both
sides changed the same lines of a note, both texts stay. Without a network, it
only commits. Settings stay on their machine. It asks for no password: use a key
or a credential helper of git. It can run from cron."""
EXAMPLE = "readq share init ~/stick/reading.git"
IS_LOGGED = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq share`."""
    actions = ("init", "status")
    parser.add_argument(
        "action",
        nargs="?",
        choices=actions,
        metavar="|".join(actions),
        help="what to do; without it, commit, merge and push",
    )
    parser.add_argument("url", nargs="?", metavar="URL", help="the repository that the machines share")
    parser.add_argument("--anew", action="store_true", help="init: forget all earlier exchanges of this library")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Exchange changes with the other machines. With `init`, set up this exchange. With `status`, print its state.

    Return the exit status: 1 if a part of the received data was rejected, else 0.
    """
    if arguments.action != "init" and (arguments.url or arguments.anew):
        raise UsageError("only share init takes a URL and --anew", "readq share init URL")
    folder = expand(context.config.share_folder or default_share())
    if arguments.action == "status":
        return _status(context, folder)
    timeout = context.config.busy_timeout
    context.compare_notes()
    if arguments.action == "init":
        from readq.services.share.start import start

        report = start(context.library_path, folder, arguments.url, timeout, now(), anew=arguments.anew)
    else:
        from readq.services.share.exchange import share

        report = share(context.library_path, folder, timeout, now())
    return _print(report, context.wants_json)


def _print(report: "ShareReport", wants_json: bool) -> int:
    taken = report.taken
    for message in taken.messages:
        say(message)
    status = report_rejected(taken.rejected)
    if wants_json:
        print_json(
            {
                "new": taken.new,
                "updated": taken.updated,
                "sent": report.sent,
                "offline": report.offline,
                "remote": report.remote,
                "commit": report.commit,
                "rejected": [one._asdict() for one in taken.rejected],
            }
        )
    else:
        came = f"{taken.new:,} new, {counted(taken.updated, 'paper')} changed"
        went = "sent" if report.sent else "nothing to send" if report.remote else "committed here"
        print(f"{came}; {f'{report.remote} could not be reached, committed here only' if report.offline else went}")
    return status


def _status(context: Context, folder: str) -> int:
    from readq.services.share.status import status

    with context.reading() as connection:
        found = status(connection, folder)
    if context.wants_json:
        print_json(found._asdict())
        return 0
    print(f"folder: {found.folder}")
    print(f"shared through: {found.remote or 'no remote'}, branch {found.branch}")
    print(f"last commit: {found.last or 'none'}")
    print(f"{counted(found.to_send, 'commit')} to send, {counted(found.to_take, 'commit')} to take in")
    for name in found.changed:
        print(f"changed by hand: {name}")
    return 0
