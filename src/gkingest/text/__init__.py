"""Printed text to what can be compared: labels to keys, cells to numbers. Never raises, whatever the ink."""
