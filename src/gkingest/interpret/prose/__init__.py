"""The narrative: sections, the figures that it states in words, and its words for searching."""
