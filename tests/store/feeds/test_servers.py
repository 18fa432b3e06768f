"""Times and blocks of servers are kept between runs."""

import sqlite3

from readq.model.values import ServiceState
from readq.store.feeds.servers import load_services, save_service

EARLY, LATE = "2026-11-23T08:00:00Z", "2026-11-23T09:00:00Z"


def test_saved_state_is_loaded(connection: sqlite3.Connection) -> None:
    states = [ServiceState("arxiv", 1_764_000_000_123, LATE, "answered 429"), ServiceState("crossref", 5)]
    for state in reversed(states):
        save_service(connection, state)
    assert load_services(connection) == states
    assert not connection.in_transaction


def test_concurrent_saves_keep_the_later_request_and_block(connection: sqlite3.Connection) -> None:
    save_service(connection, ServiceState("arxiv", 1000, LATE, "answered 429"))
    save_service(connection, ServiceState("arxiv", 2000))
    save_service(connection, ServiceState("arxiv", 1500, EARLY, "answered 503"))
    assert load_services(connection) == [ServiceState("arxiv", 2000, LATE, "answered 429")]


def test_a_service_without_a_request_keeps_none(connection: sqlite3.Connection) -> None:
    save_service(connection, ServiceState("arxiv", None, LATE, "answered 429"))
    save_service(connection, ServiceState("arxiv", None, None, None))
    assert load_services(connection) == [ServiceState("arxiv", None, LATE, "answered 429")]
