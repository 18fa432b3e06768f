from datetime import datetime

from readq.store.journal.steps import Step
from readq.tui.widgets.step_list import format_step

NOW = datetime.fromisoformat("2026-11-23T09:00:00+01:00")


def test_the_number_of_papers_is_whole_in_60_cells() -> None:
    step = Step(1, "2026-11-23T07:00:00Z", "imported", 170, False)
    line = format_step(step, None, NOW, 60)
    assert line.rstrip().endswith("170 papers")
    assert len(line) == 60
    assert format_step(step._replace(undone=True), "A Title", NOW, 60).endswith(" undone ")
