"""What is promised to researchers: views over the tables, alike on SQLite and PostgreSQL.

They are made from the format files. `current` says which report of an organ and year counts; all others are
made of it.
"""
