"""A PostgreSQL schema of its own, as the tests of the store have it."""

from store.conftest import own_schema

__all__ = ["own_schema"]
