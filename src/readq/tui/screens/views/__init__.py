"""Show views: their tabs, their menu, and the change from one to another.

`shown_views` changes the view of the list screen, `tabs` makes the views bar, `menu` is the menu with its list
`menu_list`, and `letters` lead to what is visible of a view. A new file belongs here if it is about which view or which
part of it is shown, and not about the papers in it.
"""
