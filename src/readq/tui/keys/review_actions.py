"""The actions that only a review has, in the order of the help screen and the footer."""

from readq.tui.keys.action import REVIEW, Action

REVIEW_ACTIONS: tuple[Action, ...] = (
    Action("reveal", "space", "reveal", "reveal the note, then the abstract", "show answer flip card", (REVIEW,)),
    Action("go_on", "enter", "", "reveal; when all is revealed, rate good", "next flip card good", (REVIEW,)),
    Action(
        "again",
        "1",
        "",
        "forgotten: ask again tomorrow, and in this review until it is remembered",
        "rate forgot fail wrong",
        (REVIEW,),
    ),
    Action("hard", "2", "", "remembered with effort", "rate difficult", (REVIEW,)),
    Action("good", "3", "", "remembered", "rate ok correct pass", (REVIEW,)),
    Action("easy", "4", "", "remembered at once", "rate trivial", (REVIEW,)),
    Action("bury", "-", "bury", "bury this card until tomorrow", "skip postpone later", (REVIEW,)),
    Action("suspend", "@", "suspend", "suspend this card", "pause stop never ask", (REVIEW,)),
    Action(
        "more",
        "+",
        "more",
        "at the end of a review: ask five more cards",
        "further extra continue beyond limit",
        (REVIEW,),
        waits_for_writes=True,
    ),
    Action("priority", "!", "", "ask this card first from now on, or in its turn again", "important urgent", (REVIEW,)),
)
