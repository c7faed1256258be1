"""What a person decides in the browser: the queue of doubtful figures, and cells that are coded blind.

`coders` says who may decide, `cells` shows where a figure is printed, `desk` hands out what is to be looked at and
keeps what is decided (the room `review` has the decisions themselves).
"""
