"""Make the digest: new papers, papers queued for reading, and due review cards.

A card asks the user to remember a paper, and is due on the day of its next review. The digest is read from the
library, and sent by mail once a day.
"""
