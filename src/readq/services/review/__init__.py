"""List due cards, rate and postpone cards, and check cards against the log of answers.

A card asks the user to remember a paper, or asks one question about it. The package may import `services.papers` and
`services.history`. The rules of scheduling are in `readq.review`.
"""
