"""Every key of the menu of views in a real terminal. `key_walk.py` walks all screens, which takes minutes."""

import os
from pathlib import Path

import pytest
from key_walk import Walk

from readq.services.demo import library as demo
from readq.tui.keys.action import VIEW_MENU

pytestmark = pytest.mark.tty


def test_every_key_of_the_menu_of_views_does_something_or_says_why_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "READQ_NOW", demo.CLOCK)
    walk = Walk(tmp_path, 80, 24)
    steps = list(walk.steps(VIEW_MENU))
    assert [step for step in steps if step.failure] == []
    assert len(steps) == len(walk.keys(VIEW_MENU)) > 10
