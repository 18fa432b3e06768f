"""Show views: their tabs, their menu, and the change from one view to another.

`shown_views` changes the view of the list screen. `tabs` makes the tabs of the views bar. `menu` is the menu of views,
and `menu_list` the list in it. `letters` shows a letter for each visible row and each view. The user types a letter to
go to its row or view. A new file belongs here if it is about the choice of a view or of a row, and not about the papers
in the view.
"""
