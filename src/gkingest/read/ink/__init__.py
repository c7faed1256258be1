"""What all readers that draw have in common: glyphs to words and lines, strokes that are no rules."""
