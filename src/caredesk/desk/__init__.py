"""The staff's pages, composed from the rooms below: the day board, the command bar, the live day.

It owns no table and changes nothing: what is done from here is an action of a room below.
"""
