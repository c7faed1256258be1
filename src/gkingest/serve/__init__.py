"""The database in a browser: Datasette over an SQLite file, with each figure on the picture of its page.

`server` starts, `plugin` holds the hooks, `served` what the pages share. Files are shown only by their hash,
pictures are painted in a process of their own. Its SQL lies in `store.ask`.
"""
