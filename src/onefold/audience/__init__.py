"""Which contacts are meant: segments, lists, tags."""
