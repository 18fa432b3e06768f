"""Store the sums from which the user's interest in papers is computed, and the interest of each paper.

The interest of a paper is a number from 0 to 100 that predicts how much the paper interests the user. `readq.ranking`
has the rules. A new file belongs here if it reads or writes the tables whose names begin with `interest`.
"""
