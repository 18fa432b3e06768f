"""Fixtures: a client and an in-memory network."""

from network_fixtures import client, fake_time, network

__all__ = ["client", "fake_time", "network"]
