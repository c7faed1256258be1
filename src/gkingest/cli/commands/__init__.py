"""The commands of the terminal, a module for a group: what they take, and a few lines over the room that works."""
