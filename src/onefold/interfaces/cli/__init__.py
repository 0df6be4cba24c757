"""The command line: words typed to calls of `onefold.book.Book`, and its answers to tables or JSON."""
