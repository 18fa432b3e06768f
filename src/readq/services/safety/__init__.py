"""Back up, restore, check and repair the library, and warn about its location.

The package may import `services.review`, to check cards. Code that works on the library as a file is in
`readq.store.files`.
"""
