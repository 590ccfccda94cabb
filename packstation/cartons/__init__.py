"""Which carton, how filled, in which order, and why."""
