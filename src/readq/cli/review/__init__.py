"""Commands of spaced review: due, review, rate, cards, stats, postpone, retire, and enrol, suspend and their opposites.

A command parses arguments, calls services and prints. `review` opens the UI. A command imports no command of another
group. Add a new file here only for a new command.
"""
