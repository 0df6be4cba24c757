"""How a book comes to have its text in NFC: revision 0006, a room for each family of tables."""
