"""The steps of the one way through (DESIGN 2): each gathers from the store, lets the core decide, or applies.

Their order is told in `book.py`.
"""
