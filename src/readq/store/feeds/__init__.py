"""Read and write the rows of feeds, saved views and servers: specs, results of pulls, states of rate limits.

Imports `connection` and `journal` only. A new file belongs here if it reads or writes rows about a feed or a server,
not about a paper.
"""
