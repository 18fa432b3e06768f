"""Store the sums from which the reader's interest is computed, and the number of interest of each paper.

The rules are in `readq.ranking`. A new file belongs here if it reads or writes the tables whose names begin with
`interest`.
"""
