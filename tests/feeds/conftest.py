"""The fixtures of a client and a network in memory."""

from network_fixtures import client, fake_time, network

__all__ = ["client", "fake_time", "network"]
