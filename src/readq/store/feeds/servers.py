"""Times of requests and blocks for each server, kept between runs. Each write is a transaction of its own."""

import sqlite3

from readq.model.values import ServiceState
from readq.store.connection.transactions import writing


def load_services(connection: sqlite3.Connection) -> list[ServiceState]:
    """Return the state of every server on record, ordered by name."""
    rows = connection.execute("SELECT name, last_request, blocked_until, why FROM service ORDER BY name")
    return [ServiceState(*row) for row in rows.fetchall()]


def save_service(connection: sqlite3.Connection, state: ServiceState) -> None:
    """Save the state of one server.

    Another process may have saved it since it was loaded: the later request and the later end of a block are kept.
    """
    with writing(connection):
        connection.execute(
            "INSERT INTO service (name, last_request, blocked_until, why) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET"
            " last_request = nullif(max(coalesce(last_request, 0), coalesce(excluded.last_request, 0)), 0),"
            " why = iif(coalesce(blocked_until, '') > coalesce(excluded.blocked_until, ''), why, excluded.why),"
            " blocked_until = nullif(max(coalesce(blocked_until, ''), coalesce(excluded.blocked_until, '')), '')",
            state,
        )
