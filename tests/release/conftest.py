"""The terminal, as its own tests call it."""

from cli.conftest import call as call  # noqa: PLC0414 - a fixture
