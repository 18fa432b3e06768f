"""The table of all actions of the UI, with keys, footer label, description, search words and scopes.

The keymap, the footer, the help screen and the command palette are made from the table. A scope is a part of the UI
with its own keys, such as the list or a review.
"""

from readq.services.citing.export_formats import DEFAULT, FORMATS, ExportFormat
from readq.tui.keys.action import EMPTY_LIBRARY, FEEDS, LIST, OUTPUT, PAPER, REVIEW, STEPS, VIEW_MENU, Action
from readq.tui.keys.review_actions import REVIEW_ACTIONS

OWN_KEYS = ("view_own_1", "view_own_2")
"""The names of the actions that show the user's first and second saved view."""

_READING = (LIST, PAPER)
_ON_PAPERS = (LIST, PAPER, REVIEW)
_IN_ROWS = (LIST, PAPER, STEPS, FEEDS)
_IN_TEXT = (*_IN_ROWS, OUTPUT)
_READING_OR_EMPTY = (*_READING, EMPTY_LIBRARY)
_WITH_FEEDS = (LIST, PAPER, FEEDS, EMPTY_LIBRARY)
_ANYWHERE = (LIST, PAPER, REVIEW, STEPS, FEEDS, EMPTY_LIBRARY, OUTPUT)
_WITH_MENUS = (*_ANYWHERE, VIEW_MENU)


def copy_action(form: ExportFormat) -> str:
    """Return the name of the action that copies an entry in the format `form`."""
    return "copy_entry" if form is DEFAULT else f"copy_{form.name}_entry"


def export_action(form: ExportFormat) -> str:
    """Return the name of the action that exports papers in the format `form`."""
    return "export" if form is DEFAULT else f"export_{form.name}"


_COPY_ACTIONS = [
    Action(
        copy_action(form),
        form.copy_key,
        "",
        f"copy the {form.label} entry",
        "yank bibliography cite clipboard",
        _ON_PAPERS,
    )
    for form in FORMATS.values()
    if form.copy_key
]
_EXPORT_ACTIONS = [
    Action(
        export_action(form),
        form.export_key,
        "",
        f"export what the list shows as {form.label}",
        f"bibliography {form.label.lower()} save file references {form.suffix.removeprefix('.')}",
        (LIST,),
    )
    for form in FORMATS.values()
    if form.export_key
]

ACTIONS: tuple[Action, ...] = (
    *REVIEW_ACTIONS,
    Action(
        "queue", "a", "queue", "queue it: add to the reading list", "add keep later want to read accept save", _READING
    ),
    Action(
        "drop",
        "d,x",
        "drop",
        "drop it: seen, not wanted",
        "delete hide dismiss reject skip mark read not interested archive",
        _READING,
    ),
    Action("begin", "b", "", "begin reading it", "start reading in progress", _READING),
    Action("finish", "f", "", "finished: done, and enrolled in review", "mark read complete done", _READING),
    Action("inbox", "i", "", "put it back to the inbox", "mark unread undecided reset", _READING),
    Action("star", "s", "star", "star or unstar it", "favourite flag important bookmark", _READING),
    Action("tags", "t", "tag", "tags: words add, -word removes", "label category keyword topic", _ON_PAPERS),
    Action(
        "note",
        "n",
        "note",
        "write a note in place",
        "comment annotate markdown memo",
        _ON_PAPERS,
        waits_for_writes=True,
    ),
    Action(
        "note_in_editor",
        "N",
        "",
        "write the note in $EDITOR",
        "comment vim external annotate",
        _ON_PAPERS,
        waits_for_writes=True,
    ),
    Action(
        "highlights",
        "H",
        "",
        "take the highlights of the PDF into the note",
        "annotations underline comments pdf marks note",
        _READING,
        waits_for_writes=True,
    ),
    Action(
        "enrol",
        "m",
        "",
        "put into review, or take out of it",
        "spaced repetition remember memorise cards unenrol",
        _READING,
    ),
    Action(
        "snooze",
        "z",
        "",
        "snooze: hide it until a day",
        "later postpone defer remind put off tomorrow next week wake",
        _READING,
    ),
    Action(
        "edit",
        "E",
        "",
        "edit the metadata, as BibTeX in $EDITOR",
        "correct change fix title authors year key bibtex vim",
        _ON_PAPERS,
        waits_for_writes=True,
    ),
    Action(
        "merge",
        "M",
        "",
        "merge it with its look-alike, or say that they differ; in a list, merge the two selected papers",
        "join unite combine duplicate same work twice double dedupe apart different",
        _READING,
        waits_for_writes=True,
    ),
    Action(
        "drop_above",
        "X",
        "drop above",
        "drop all undecided papers from the top to here, as one step",
        "mark all read catch up delete all bulk clear",
        (LIST,),
    ),
    Action("sort", "S", "", "sort: the menu of orders", "order by newest interest title year reverse", (LIST,)),
    Action("filter", "/", "filter", "filter this view", "search find query look for", (LIST,)),
    Action(
        "review",
        "v",
        "review",
        "review what is due",
        "spaced repetition cards flashcards remember due",
        (LIST,),
        waits_for_writes=True,
    ),
    Action(
        "figures",
        "V",
        "",
        "statistics: cards due and to come, what was remembered, answers, papers in and out",
        "figures stats charts retention forecast review",
        _ON_PAPERS,
        waits_for_writes=True,
    ),
    Action(
        "sync",
        "R",
        "",
        "sync: pull the feeds; again stops it",
        "update fetch new papers download refresh cancel",
        _WITH_FEEDS,
    ),
    Action(
        "feeds",
        "F",
        "",
        "the feeds and their health",
        "subscriptions sources rss arxiv hugging face",
        _READING_OR_EMPTY,
    ),
    Action("add_feed", "a", "add", "add a feed", "subscribe rss arxiv hugging face new source", (FEEDS,)),
    Action("remove_feed", "x", "remove", "remove this feed; its papers stay", "unsubscribe delete", (FEEDS,)),
    Action("sync_feed", "enter", "pull", "pull this feed now", "update fetch retry", (FEEDS,)),
    Action("begin_daily", "h", "", "pull Hugging Face Daily Papers", "start feed hf trending", (EMPTY_LIBRARY,)),
    Action("begin_category", "c", "", "pull a category of arXiv", "start feed cs.LG", (EMPTY_LIBRARY,)),
    Action("begin_demo", "D", "", "look around with sample papers", "start try tour example", (EMPTY_LIBRARY,)),
    Action(
        "undo",
        "u",
        "undo",
        "undo the last step",
        "take back revert mistake restore",
        (*_ON_PAPERS, FEEDS, EMPTY_LIBRARY),
    ),
    Action("take_back", "u,enter", "undo", "undo this step and no other", "undo revert restore", (STEPS,)),
    Action("redo", "ctrl+r", "", "redo what was undone", "again repeat", (*_IN_ROWS, EMPTY_LIBRARY)),
    Action(
        "steps",
        "U",
        "",
        "the list of steps: any of them can be undone",
        "undo history journal log changes what happened revert",
        _READING,
        waits_for_writes=True,
    ),
    Action(
        "select",
        "space",
        "",
        "select it and go on; letters then act on all selected",
        "mark several bulk multiple choose",
        (LIST,),
    ),
    Action(
        "select_undecided",
        "*",
        "",
        "select all undecided rows of the list",
        "mark all bulk everything",
        (LIST,),
        waits_for_writes=True,
    ),
    Action(
        "open",
        "enter",
        "",
        "open the paper in full; on a heading, fold or unfold its day",
        "read details abstract show view collapse expand",
        (LIST,),
    ),
    Action("next", "j,down", "", "next paper or step", "down forward", _IN_TEXT),
    Action("previous", "k,up", "", "previous paper or step", "up backward", _IN_TEXT),
    Action(
        "follow_link",
        "enter",
        "",
        "go to the paper that the note links to, or that links here",
        "follow link open backlink jump wiki",
        (PAPER,),
    ),
    Action("link_back", "-", "", "back to the paper with the link", "return before previous history", (PAPER,)),
    Action("following", "]", "", "the next paper of the list", "forward down", (PAPER,)),
    Action("preceding", "[", "", "the previous paper of the list", "backward up", (PAPER,)),
    Action("first", "g,home", "", "first line", "top beginning start", _IN_TEXT),
    Action("last", "G,end", "", "last line", "bottom end", _IN_TEXT),
    Action("half_down", "ctrl+d", "", "half a page down", "scroll", _IN_TEXT),
    Action("half_up", "ctrl+u", "", "half a page up", "scroll", _IN_TEXT),
    Action("page_down", "pagedown", "", "a page down", "scroll", _IN_TEXT),
    Action("page_up", "pageup", "", "a page up", "scroll", _IN_TEXT),
    Action("previous_day", "{", "", "up to the heading of this day, or of the day above", "back date section", (LIST,)),
    Action("next_day", "}", "", "down to the heading of the day below", "down forward date section", (LIST,)),
    Action(
        "labels",
        ";",
        "",
        "a letter on each row, and on each view without a key: the letter goes there",
        "jump hints go to row line tab mouse easymotion",
        (LIST,),
    ),
    Action("scroll_down", "J", "", "scroll the paper down", "abstract more", _ON_PAPERS),
    Action("scroll_up", "K", "", "scroll the paper up", "abstract", _ON_PAPERS),
    Action(
        "paper_placement",
        "|",
        "",
        "show the paper beside the list, below it, or not",
        "layout pane split preview detail hide toggle horizontal vertical",
        (LIST,),
    ),
    Action("split_back", "<", "", "a smaller list, a larger paper", "layout split resize width height", (LIST,)),
    Action("split_forward", ">", "", "a larger list, a smaller paper", "layout split resize width height", (LIST,)),
    Action(
        "save_view",
        "",
        "",
        "save what the list shows as a view of your own",
        "saved query smart list search bookmark filter name",
        (LIST,),
    ),
    Action(
        "waiting",
        "",
        "",
        "papers that wait in the queue for 60 days or more, the oldest first",
        "old long stale overdue reading list backlog drop snooze begin",
        (LIST,),
        waits_for_writes=True,
    ),
    Action("browser", "o", "", "open it in the browser", "web link url website go to page", _ON_PAPERS),
    Action("pdf", "p", "", "open the PDF, downloaded first", "download read file viewer full text", _ON_PAPERS),
    Action("copy_key", "y", "", "copy the citation key", "yank cite clipboard latex", _ON_PAPERS),
    *_COPY_ACTIONS,
    *_EXPORT_ACTIONS,
    Action(
        "import",
        "I",
        "",
        "import a file: .bib, RIS, nbib, CSL-JSON, a list of ids, mails, bookmarks, a feed",
        "load add papers open bibliography json xml page",
        (LIST, EMPTY_LIBRARY),
    ),
    Action(
        "refresh",
        "r",
        "",
        "refresh the list: decided papers leave, new ones appear",
        "reload update redraw",
        (LIST,),
        waits_for_writes=True,
    ),
    Action(
        "view_inbox", "1", "", "the inbox: undecided papers", "new unread go to show", (LIST,), waits_for_writes=True
    ),
    Action(
        "view_queue",
        "2",
        "",
        "the queue: papers to read",
        "reading list to read go to show",
        (LIST,),
        waits_for_writes=True,
    ),
    Action(
        "view_reading", "3", "", "papers being read", "in progress current go to show", (LIST,), waits_for_writes=True
    ),
    Action("view_done", "4", "", "papers that are done", "finished read go to show", (LIST,), waits_for_writes=True),
    Action("view_all", "5", "", "all papers", "everything library go to show", (LIST,), waits_for_writes=True),
    Action(
        "view_dropped", "6", "", "dropped papers", "trash deleted hidden go to show", (LIST,), waits_for_writes=True
    ),
    Action("view_starred", "7", "", "starred papers", "favourites go to show", (LIST,), waits_for_writes=True),
    Action("view_snoozed", "8", "", "snoozed papers", "hidden later go to show", (LIST,), waits_for_writes=True),
    *[
        Action(name, key, "", f"the {which} view of your own", "saved query watch show", (LIST,), waits_for_writes=True)
        for name, key, which in zip(OWN_KEYS, "90", ("first", "second"), strict=True)
    ],
    Action("view_before", "-", "", "the view before", "last previous go back toggle", (LIST,), waits_for_writes=True),
    Action(
        "views",
        "'",
        "",
        "views and watches: the menu",
        "saved queries go to find rename reorder remove watch",
        (LIST,),
        waits_for_writes=True,
    ),
    Action("go_to_view", "enter", "go there", "go to this view", "open show", (VIEW_MENU,), waits_for_writes=True),
    Action("next_view", "down", "", "next view", "down", (VIEW_MENU,)),
    Action("previous_view", "up", "", "previous view", "up", (VIEW_MENU,)),
    Action("rename_view", "f2", "rename", "rename this view of your own", "name change", (VIEW_MENU,)),
    Action("watch_view", "!", "watch", "make it a watch: raise, lower, drop, none", "alert filter mute", (VIEW_MENU,)),
    Action("move_view_up", "<,shift+up", "move up", "move this view up, to an earlier key", "reorder", (VIEW_MENU,)),
    Action("move_view_down", ">,shift+down", "move down", "move this view down", "reorder later", (VIEW_MENU,)),
    Action("remove_view", "delete", "remove", "remove this view; its papers stay", "delete forget", (VIEW_MENU,)),
    Action("close_views", "escape", "close", "clear the text to find, or close the menu", "cancel back", (VIEW_MENU,)),
    Action("palette", ":,ctrl+p", "", "the command palette: every command by name", "commands menu search", _ANYWHERE),
    Action(
        "back",
        "escape,q,backspace",
        "back",
        "close, clear the selection, clear the filter, or go back; q at the top quits",
        "cancel exit leave",
        _ANYWHERE,
        waits_for_writes=True,
    ),
    Action("help", "?,f1", "help", "all keys, searchable", "keys shortcuts manual bindings", _WITH_MENUS),
    Action("quit", "ctrl+q", "", "quit", "exit close leave", _WITH_MENUS),
    Action("quit_twice", "ctrl+c", "", "quit, when pressed twice", "exit interrupt", _WITH_MENUS),
)

BY_NAME = {action.name: action for action in ACTIONS}
