"""What the reader chose on the screen: layouts and sort orders, kept in files of the user's state folder.

`state_file` is the mechanism of all of them. The package may import the services, the store and the modules at the top
of readq. A new kind of choice needs a module with a subclass of `StateFile`, and a line in `view_choices` if it is kept
for each view.
"""
