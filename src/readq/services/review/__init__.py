"""Spaced review: what is due, rating and postponing cards, checking cards against the log of answers.

May import `services.papers` and `services.history`. The scheduling itself is in `readq.review`.
"""
