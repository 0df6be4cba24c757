"""The laws of DESIGN 8, held on generated books: the real engine against the slow one, and against itself."""
