"""Read and write the state of rate limiting for each server, such as the time of the last request.

The state is kept between runs. Each write is a transaction of its own.
"""

import sqlite3

from readq.model.values import ServiceState
from readq.store.connection.transactions import writing


def load_services(connection: sqlite3.Connection) -> list[ServiceState]:
    """Return the stored state of rate limiting for every server, ordered by the server's name."""
    rows = connection.execute("SELECT name, last_request, blocked_until, why FROM service ORDER BY name")
    return [ServiceState(*row) for row in rows.fetchall()]


def save_service(connection: sqlite3.Connection, state: ServiceState) -> None:
    """Save the state of rate limiting for one server. No request is sent before the time `blocked_until`.

    A stored `last_request` or `blocked_until` is kept if it is later than the new one, because another process can have
    saved a newer state after `state` was loaded.
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
