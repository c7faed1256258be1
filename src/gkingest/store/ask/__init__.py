"""Every question that another room has of a database: one module for each asker."""
