"""Documents: pure data in, PDF or ZPL bytes out; every symbol drawn is read back."""
