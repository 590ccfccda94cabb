"""Handover: door, parcels, manifest (floor.md section 7)."""
