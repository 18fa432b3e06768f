"""The actions that exist only in a review, in the order of the help screen and the footer."""

from readq.tui.keys.action import REVIEW, Action

REVIEW_ACTIONS: tuple[Action, ...] = (
    Action(
        "reveal",
        "space",
        "reveal",
        "reveal your own line, the last recall and the note",
        "show answer flip card back",
        (REVIEW,),
    ),
    Action(
        "recall",
        "r",
        "write",
        "write down what you recall, then reveal; the line is kept in the log",
        "type answer remember try",
        (REVIEW,),
    ),
    Action(
        "go_on", "enter", "", "write down what you recall; once revealed, rate good", "next flip card good", (REVIEW,)
    ),
    Action("abstract", "A", "abstract", "reveal the abstract too", "show whole text summary", (REVIEW,)),
    Action(
        "again",
        "1",
        "",
        "forgotten: ask again in this review until it is remembered, or else tomorrow",
        "rate forgot fail wrong",
        (REVIEW,),
    ),
    Action("hard", "2", "", "remembered with effort", "rate difficult", (REVIEW,)),
    Action("good", "3", "", "remembered", "rate ok correct pass", (REVIEW,)),
    Action("easy", "4", "", "remembered at once", "rate trivial", (REVIEW,)),
    Action("bury", "-", "bury", "bury this card until tomorrow", "skip postpone later", (REVIEW,)),
    Action("postpone", "z", "later", "ask this card again on a day", "snooze defer date put off", (REVIEW,)),
    Action("suspend", "@", "", "suspend this card", "pause stop never ask", (REVIEW,)),
    Action(
        "retire", "x", "retire", "retire this card: it is learnt, or let go", "remove stop never ask done", (REVIEW,)
    ),
    Action(
        "more",
        "+",
        "more",
        "copy the line you wrote into the note; at the end of a review, ask five more cards",
        "append further extra continue beyond limit",
        (REVIEW,),
        waits_for_writes=True,
    ),
    Action("priority", "!", "", "ask this card first from now on, or in its turn again", "important urgent", (REVIEW,)),
    Action(
        "history",
        "h",
        "history",
        "the history of this card: dates, answers, chance of recall",
        "log past reviews statistics",
        (REVIEW,),
        waits_for_writes=True,
    ),
    Action(
        "backlog",
        "H",
        "",
        "after a holiday: spread or postpone what waits, retire what was never recalled, be away",
        "later catch up overdue many vacation break",
        (REVIEW,),
        waits_for_writes=True,
    ),
)
