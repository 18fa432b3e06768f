"""Tables of feeds and of servers: subscriptions, saved views, the state of pulls, the pace of requests.

Imports `connection` and `journal` only. A new file belongs here if its rows are about a feed or a server, not a paper.
"""
