"""Commands of spaced review: due, review, rate, cards, stats, postpone, retire, enrol, unenrol, suspend, unsuspend.

A command parses arguments, calls services and prints. `review` opens the UI. A command imports no command of another
group. Add a new file here only for a new command.
"""
