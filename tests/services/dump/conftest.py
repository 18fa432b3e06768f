"""Dumps are merged in the smallest batches, so that each test sees several."""

import pytest

from readq.services.dump import merge_batches


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge_batches, "BATCH", 1)
