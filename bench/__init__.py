"""How long imports take: `make bench`, or `python -m bench --rows 20000` to try."""
