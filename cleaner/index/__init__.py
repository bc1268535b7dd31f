"""The stored index of a corpus: what is kept of its documents, so that a new drop is held against them."""
