"""Machines that are in step through one repository."""

from pathlib import Path

import pytest
from machines import Machine
from template import Template, make_template


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return make_template(tmp_path_factory.mktemp("template"), 2)


@pytest.fixture
def pair(tmp_path: Path, template: Template, monkeypatch: pytest.MonkeyPatch) -> list[Machine]:
    """Return two machines that are in step through one repository."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return template.copy(tmp_path, 2)
