"""The terminal: what all commands share; they are in `commands`, each a few lines over the room that does the work.

`main` is the entry point and turns every error of ours into a message and an exit code; `app` is the command
itself. No other room prints or knows Typer and rich.
"""
