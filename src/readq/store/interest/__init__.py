"""Store the sums from which the reader's interest is computed, and the number of interest of each paper.

The number of interest predicts, from 0 to 100, how much a paper interests the reader. `readq.ranking` has the rules. A
new file belongs here if it reads or writes the tables whose names begin with `interest`.
"""
