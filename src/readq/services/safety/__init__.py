"""Protection of the library: backup, restore, check and repair, warnings about its location.

May import `services.review`, for the check of cards. Work on the file itself is in `readq.store.files`.
"""
