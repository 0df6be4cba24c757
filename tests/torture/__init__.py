"""Imports that are killed, disks that are full, eight processes at once: the book must come through."""
