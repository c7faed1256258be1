"""The command ``gkingest`` with every command at hand."""

from gkingest.cli.app import app
from gkingest.cli.commands import cite, coding, compare, correct, export, ingest, looking, maintenance

__all__ = ["app", "cite", "coding", "compare", "correct", "export", "ingest", "looking", "maintenance"]
