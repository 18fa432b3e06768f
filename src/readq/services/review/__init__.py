"""Review cards: list the due ones, rate and postpone them, check them against the log of answers.

May import `services.papers` and `services.history`. The scheduling itself is in `readq.review`.
"""
