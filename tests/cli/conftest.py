"""Fake servers for commands, which run in this process or in one of their own."""

import pytest
from loopback import Loopback
from papers_web import PapersWeb


@pytest.fixture
def web(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> PapersWeb:
    """All services on one local server; the environment has its addresses."""
    web = PapersWeb(loopback)
    for name, url in web.environ.items():
        monkeypatch.setenv(name, url)
    return web
