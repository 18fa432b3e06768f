"""Libraries of every schema there was."""

from collections.abc import Callable, Mapping

import pytest
from library_of_schema import BUILDERS

from readq.store.schema_versions.migration_steps import SCHEMA_VERSION


@pytest.fixture(scope="session")
def builders() -> Mapping[int, Callable[[str], None]]:
    """By schema: makes a library of it at a path, with a row or more in every table."""
    return BUILDERS


@pytest.fixture
def old_library(builders: Mapping[int, Callable[[str], None]], library: str) -> str:
    """A library of the newest schema, older than what a test migrates it to."""
    builders[SCHEMA_VERSION](library)
    return library
