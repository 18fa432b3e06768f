"""`readq digest`: print a digest of new papers, waiting papers and due review cards, or send it by mail."""

import argparse
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from readq.cli.arguments import refuse_unknown, whole_number
from readq.cli.context import Context
from readq.cli.output.streams import print_json, say, use_utf8
from readq.clock import now
from readq.errors import UsageError
from readq.paths import state_folder
from readq.services.digest.period import Period, period_from

if TYPE_CHECKING:
    from readq.formats.digest.contents import Digest
    from readq.services.digest.contents import Reading

USAGE = ""
DESCRIPTION = """\
Print the papers that are new since the last mailed digest (or in the last day),
what the watches caught (see readq view --help), what waits in the queue, and
what is due for review. Each paper has its URL and the commands that queue and
drop it. digest pulls no feeds: run sync first. --email sends the digest at most
once a day to each address, and only if there is a new paper or a review. If the
server's last reply is lost, readq cannot know whether the mail arrived. It says
so, does not send the mail again by itself, and repeats its papers the next day.

The config names the server; a password is sent only over TLS:
  [mail]
  host = "smtp.example.org"
  security = "tls"               # or "starttls"; "none" only on this computer
  user = "ada@example.org"
  password_command = ["pass", "show", "mail"]  # or READQ_MAIL_PASSWORD, or
  keyring = "mail"               # with the package keyring: a service

cron, at 7:30 on weekdays; the digest comes even if a feed failed. cron knows no
PATH of yours, so name the folder of readq:
  PATH=/home/ada/.local/bin:/usr/bin:/bin
  30 7 * * 1-5  readq sync --quiet; readq digest --email ada@example.org
systemd, in ~/.config/systemd/user, then
systemctl --user enable --now readq-digest.timer:
  # readq-digest.service
  [Service]
  Type=oneshot
  ExecStart=-%h/.local/bin/readq sync --quiet
  ExecStart=%h/.local/bin/readq digest --email ada@example.org
  # readq-digest.timer
  [Timer]
  OnCalendar=Mon..Fri 07:30
  Persistent=true
  [Install]
  WantedBy=timers.target"""
EXAMPLE = "readq digest --email ada@example.org"
IS_LOGGED = True

_FORMATS = ("text", "markdown", "html", "line")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq digest`."""
    parser.add_argument("--since", metavar="DATE", help="new papers from this day on, such as yesterday, 3d or fri")
    parser.add_argument(
        "--format", metavar="FORMAT", help="text (at most 72 columns), markdown, html, or line: only the counts"
    )
    parser.add_argument(
        "--limit",
        type=whole_number,
        metavar="N",
        help="list at most N new papers, raised ones first, and count the others",
    )
    parser.add_argument("--question", action="store_true", help="add a review question, and the answer in your note")
    parser.add_argument("--email", metavar="ADDRESS", help="send it by mail, as text and HTML")
    parser.add_argument("--again", action="store_true", help="send it even if it was sent today")
    parser.add_argument("--dry-run", action="store_true", help="print the mail, and send nothing")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Print the digest, or send it by mail with `--email`. Return 0.

    Raises UsageError for options that cannot be combined. Raises ConfigError if no mail server is set. Raises MailError
    if the mail could not be sent.
    """
    refuse_unknown("format", arguments.format, _FORMATS)
    _check_options(arguments)
    period = period_from(arguments.since, now()) if arguments.since is not None else None
    if arguments.email is not None:
        return _mail(arguments, context, period)
    from readq.services.digest import contents, dispatch

    period = period or dispatch.print_period(context.library_path, state_folder(), now())
    found = _reader(arguments, context)(period)
    if context.wants_json:
        print_json(contents.as_json(found))
    else:
        if arguments.format == "html":
            use_utf8()
        print(_writer(arguments.format or "text")(found.digest), end="")
    if arguments.question and found.digest.question is None:
        say("no question: no due card has an answer in your notes")
    return 0


def _check_options(arguments: argparse.Namespace) -> None:
    if arguments.limit is not None and arguments.limit < 0:
        raise UsageError("--limit must not be negative")
    if arguments.email is not None and arguments.format is not None:
        raise UsageError("--format and --email together", "a mail has the text and the HTML")
    if arguments.email is None and (arguments.again or arguments.dry_run):
        raise UsageError("--again and --dry-run are for --email", "readq digest alone prints, and sends nothing")


def _reader(arguments: argparse.Namespace, context: Context) -> "Callable[[Period], Reading]":
    from readq.services.digest import contents

    config = context.config
    if arguments.limit is not None:
        config = config._replace(digest_limit=arguments.limit)

    def read(period: Period) -> "Reading":
        # The library is closed again before anything is sent, because a slow server would keep writers waiting.
        if arguments.email is not None and not arguments.dry_run:
            # A digest that is only printed leaves the library as it is, with the numbers that it has.
            context.refresh_interest()
        with context.reading() as connection:
            return contents.read(connection, period, now(), config, with_question=arguments.question)

    return read


def _writer(name: str) -> "Callable[[Digest], str]":
    from readq.formats.digest import html, line, markdown, plain

    writers: Mapping[str, Callable[[Digest], str]] = {
        "text": plain.write,
        "markdown": markdown.write,
        "html": html.write,
        "line": line.write,
    }
    return writers[name]


def _mail(arguments: argparse.Namespace, context: Context, period: Period | None) -> int:
    from readq.services.digest import dispatch
    from readq.services.digest.deliveries import Address

    address = Address(state_folder(), context.library_path, arguments.email)
    order = dispatch.Order(address, period, arguments.again)
    read = _reader(arguments, context)
    if arguments.dry_run:
        mail = dispatch.draft(order, context.config, read, now()).decode("ascii")
        print_json({"mail": mail}) if context.wants_json else print(mail, end="")
        return 0
    result = dispatch.send(order, context.config, read, now(), os.environ)
    if context.wants_json:
        print_json({"to": arguments.email, "sent": not result.reason, "message_id": result.message_id})
    else:
        say(result.reason or f"digest sent to {arguments.email}")
    return 0
