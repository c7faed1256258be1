"""The form as data: frozen models of the YAML files in `schemas/`, read and cross-checked.

In: files. Out: `Format`, crosswalk, indicators. No row label and no row key stands in code; they stand in these
files.
"""
