"""Headers that other products and everyday files are known to have, as data."""
