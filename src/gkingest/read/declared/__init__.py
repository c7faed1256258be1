"""Files that say themselves which cells they have: web pages, office files, text.

Each reader gives blocks (paragraphs, tables); `flow` sets them on one long sheet, so that every figure has a
place and all later stages stay as they are.
"""
