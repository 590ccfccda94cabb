"""Orders, pure: what comes in (incoming), and how far a fulfillment order is by its facts (progress)."""
