"""Which orders together, in which walk, by when."""
