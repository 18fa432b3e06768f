"""Pages about topics."""

import json
import shlex
from collections.abc import Callable
from typing import Any

import pytest
from documented_lines import refused

from readq.cli.setup.help import TOPICS, page

Run = Callable[..., Any]


def test_the_topics_are_listed(run_cli: Run) -> None:
    result = run_cli("help")
    assert (result.status, result.err) == (0, "")
    width = max(map(len, TOPICS))
    assert all(f"{name:{width}}  {about}\n" in result.out for name, about in TOPICS.items())
    assert json.loads(run_cli("help", "--json").out) == TOPICS


@pytest.mark.parametrize("topic", TOPICS)
def test_each_topic_has_a_page_that_fits_a_terminal(run_cli: Run, topic: str) -> None:
    result = run_cli("help", topic)
    assert (result.status, result.err) == (0, "")
    assert result.out == page(topic)
    assert max(map(len, result.out.splitlines())) <= 79
    assert json.loads(run_cli("help", topic, "--json").out) == {"topic": topic, "text": page(topic)}


def test_the_page_on_interest_has_the_measured_table() -> None:
    text = page("interest")
    assert "AUC" in text
    assert "wrong decision" in text
    assert all(f" {number}" in text for number in ("40", "200", "1,000"))


def test_a_command_is_a_topic_too(run_cli: Run) -> None:
    assert run_cli("help", "list").out == run_cli("list", "--help").out


def test_an_unknown_topic_is_answered_with_the_nearest(run_cli: Run) -> None:
    result = run_cli("help", "intrest")
    assert (result.status, result.out) == (2, "")
    assert (
        result.err == "error: no help on 'intrest'\ndid you mean interest?\n" or "did you mean interest?" in result.err
    )
    assert "readq help lists the topics" in run_cli("help", "colour").err


@pytest.mark.parametrize("topic", TOPICS)
def test_every_line_of_a_page_is_a_command_line(topic: str) -> None:
    """A line is cut where a second column begins."""
    lines = [line.strip().split("  ")[0] for line in page(topic).splitlines() if line.startswith("  readq ")]
    words = [shlex.split(line)[1:] for line in lines]
    assert [why for one in words if one and (why := refused(one))] == []
