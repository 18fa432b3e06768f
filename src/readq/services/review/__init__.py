"""List due cards, rate and postpone cards, and check cards against the log of answers.

The package may import `services.papers` and `services.history`. The rules of scheduling are in `readq.review`.
"""
