"""Read and write the rows of feeds, saved views and servers: what to pull, results of pulls, states of rate limiting.

The package imports `connection` and `journal` only. A new file belongs here if it reads or writes rows about a feed or
a server, not about a paper.
"""
