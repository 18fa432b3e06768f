"""`readq view`: list, save, rename and remove views, which are queries saved under a name.

A view can also be a watch. A watch acts on each new paper that its query finds. For example, it drops the paper.
"""

import argparse

from readq.cli.arguments import refuse_unknown
from readq.cli.context import Context
from readq.cli.output.reports import print_outcome, step_note
from readq.cli.output.streams import print_json, say
from readq.clock import now
from readq.errors import UsageError
from readq.model.values import Watch
from readq.services import saved_views, watches
from readq.services.history.steps import Outcome
from readq.services.views import join_words
from readq.store.feeds.feeds_and_views import SavedView
from readq.text import one_line, quoted

USAGE = "[save NAME QUERY… | rename OLD NEW | remove NAME]"
DESCRIPTION = """\
List, save, rename and remove views. A view is a query saved under a name: a tab
of the UI, and view:NAME in queries. Saving under a name in use replaces the
query of the view; its sort order and watch stay unless options name others.
With --watch, a view is a watch, which acts on the new papers of each sync and
import. It raises them (first on their day), lowers them (last), or drops them
in one step that undo can reverse. --watch none ends the watch, and the view
stays. A paper that one watch raises is not dropped by another. The list shows
how many papers each watch caught this month."""
EXAMPLE = "readq view save diffusion diffusion upvotes:20.. --watch raise"


_WATCHES = (*Watch, saved_views.NO_WATCH)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq view`."""
    parser.add_argument(
        "action", nargs="?", default="list", metavar="list|save|rename|remove", help="what to do; list is the default"
    )
    parser.add_argument("words", nargs="*", metavar="NAME QUERY", help="the view's name, and its query or new name")
    parser.add_argument("--sort", metavar="KEY", help="the sort order, as for readq list; seen for a new view")
    parser.add_argument("--watch", metavar="|".join(_WATCHES), help="act on the new papers that it finds")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """List the views, or save, rename or remove a view. Each change is an undo step.

    Return the exit status: 1 if the view to rename or remove does not exist, else 0.
    """
    action, words = arguments.action, arguments.words
    if arguments.watch is not None:
        refuse_unknown("watch", arguments.watch, _WATCHES)
    if action == "list" and not words:
        return _list(context)
    if action == "save" and len(words) > 1:
        return _save(words[0], join_words(words[1:]), arguments, context)
    if action == "rename" and len(words) == 2:
        with context.writing() as connection:
            outcome = saved_views.rename(connection, words[0], words[1], now())
        if outcome.changed:
            from readq.tui.state.preferences import view_choices

            for problem in view_choices.rename_view(words[0], words[1]):
                say(f"warning: {problem}")
        return _report(outcome, f"renamed view {words[0]} to {words[1]}", context)
    if action == "remove" and len(words) == 1:
        with context.writing() as connection:
            outcome = saved_views.remove(connection, words[0], now())
        return _report(outcome, f"removed view {words[0]}", context)
    raise UsageError(f"not understood: view {' '.join([action, *words])}", f"readq view {USAGE}")


def _save(name: str, query: str, arguments: argparse.Namespace, context: Context) -> int:
    sort, watch = arguments.sort, arguments.watch
    with context.reading() as connection:
        # A bad query is refused before a library is created.
        saved_views.check_query(connection, name, query, sort, now(), watch)
    with context.creating() as connection:
        outcome, old = saved_views.save_query(connection, name, query, sort, now(), watch)
    return _report(outcome, f"{'replaced' if old else 'saved'} view {name}{_watch_text(watch, old)}", context)


def _watch_text(watch: str | None, old: SavedView | None) -> str:
    before = old.watch if old else None
    if watch == saved_views.NO_WATCH:
        return ", no longer a watch" if before else ""
    if watch is not None:
        return f", a watch: {watch}"
    return f", still a watch: {before}" if before else ""


def _list(context: Context) -> int:
    with context.reading() as connection:
        states = watches.states(connection, now())
    if context.wants_json:
        print_json([watches.as_json(state) for state in states])
        return 0
    for state in states:
        view = state.view
        caught = f"{view.watch}: caught {state.caught:,} this month" if view.watch else ""
        print("\t".join(map(one_line, (view.name, view.query, view.sort, caught))).rstrip("\t"))
        if state.defect:
            say(f"warning: view {view.name}: {state.defect}")
    return 0


def _report(outcome: Outcome, did: str, context: Context) -> int:
    if context.wants_json:
        print_outcome(outcome, outcome.missing)
    elif outcome.step:
        print(one_line(did) + step_note(outcome.step))
    elif not outcome.missing:
        print("nothing changed")
    for name in outcome.missing:
        say(f"error: no view {quoted(name)} (see readq view list)")
    return int(bool(outcome.missing))
