"""The staff's pages, composed from the rooms below: day board, panels, command bar."""
