"""The central routing and inventory store: what should happen is decided here."""
