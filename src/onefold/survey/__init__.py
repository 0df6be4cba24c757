"""What the whole input shows before anything is decided (DESIGN 2)."""
