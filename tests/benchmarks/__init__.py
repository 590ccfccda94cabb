"""What people wait for, measured beside the least work possible: `python -m tests.benchmarks` (performance.md)."""
