"""One spelling of a thing: a family of pure column functions a file."""
