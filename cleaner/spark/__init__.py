"""A run on Spark: the same rules and kernels, on as many machines as there are."""
