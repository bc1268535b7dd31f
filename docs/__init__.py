"""The docs, and what writes those of them that repeat code."""
