"""Every form that a book's tables have had, and the steps between them."""
