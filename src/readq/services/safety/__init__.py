"""Protection of the library: backup, restore, check and repair, and warnings about its location.

The package may import `services.review`, to check cards. Code that works on the file itself is in `readq.store.files`.
"""
