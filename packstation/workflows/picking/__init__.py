"""Picking: walk, location, units, slot (floor.md section 6)."""
