"""A stranger's files become a dataset folder: what is in them, what it should be called, and what may leave."""
