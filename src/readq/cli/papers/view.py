"""`readq view`: list, save and remove views, which are queries saved under a name."""

import argparse

from readq.cli.context import Context
from readq.cli.output.reports import print_outcome, step_note
from readq.cli.output.streams import print_json, say
from readq.clock import now
from readq.errors import UsageError
from readq.services import saved_views
from readq.services.history.steps import Outcome
from readq.services.views import join_words
from readq.store.feeds import feeds_and_views
from readq.text import one_line

USAGE = "[list | save NAME QUERY… | remove NAME]"
DESCRIPTION = """\
List, save and remove views: queries of your own under a name, which the command
palette of the UI (:) opens. Saving under a name in use replaces its query."""
EXAMPLE = "readq view save rl tag:rl is:starred"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq view`."""
    parser.add_argument(
        "action", nargs="?", default="list", metavar="list|save|remove", help="what to do; list is the default"
    )
    parser.add_argument("words", nargs="*", metavar="NAME QUERY", help="the view's name, and its query")
    parser.add_argument("--sort", default="seen", metavar="KEY", help="the order, as for readq list")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """List the views, save a view or remove a view. Saving and removing are undo steps.

    Return the exit status: 1 if the view to remove does not exist, else 0.
    """
    action, words = arguments.action, arguments.words
    if action == "list" and not words:
        return _list(context)
    if action == "save" and len(words) > 1:
        with context.creating() as connection:
            outcome = saved_views.save(connection, words[0], join_words(words[1:]), arguments.sort, now())
        return _report(outcome, f"saved view {words[0]}", context)
    if action == "remove" and len(words) == 1:
        with context.writing() as connection:
            outcome = saved_views.remove(connection, words[0], now())
        return _report(outcome, f"removed view {words[0]}", context)
    raise UsageError(f"not understood: view {' '.join([action, *words])}", f"readq view {USAGE}")


def _list(context: Context) -> int:
    with context.reading() as connection:
        views = feeds_and_views.views(connection)
    if context.wants_json:
        print_json([view._asdict() for view in views])
        return 0
    for view in views:
        print("\t".join(map(one_line, (view.name, view.query, view.sort))))
    return 0


def _report(outcome: Outcome, did: str, context: Context) -> int:
    if context.wants_json:
        print_outcome(outcome, outcome.missing)
    elif outcome.step:
        print(one_line(did) + step_note(outcome.step))
    elif not outcome.missing:
        print("nothing changed")
    for name in outcome.missing:
        say(f"error: no view {name!r} (see readq view list)")
    return int(bool(outcome.missing))
