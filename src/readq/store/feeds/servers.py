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
    """Save the state of rate limiting for one server.

    Of two times `last_request`, and of two times `blocked_until` (no request is sent until then), the later one is
    kept. The stored time can be the later one, because another process can have saved it after `state` was loaded.
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
