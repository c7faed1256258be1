"""What the paper says: grids become facts, prose becomes sections, titles become an organ and a year.

`table` matches labels to the slots of the form and takes the figures; `prose` reads the narrative; `whose` says
whose report it is, for which year, or that it is none. Pure functions from values to values.
"""
