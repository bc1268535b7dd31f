"""Files: which to read, and reading and rewriting them."""
