"""Orders, pure: what comes in (incoming, kits), and how far a fulfillment order is by its facts (progress)."""
