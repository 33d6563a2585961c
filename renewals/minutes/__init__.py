"""Minutes in their order: what ends in the next 72 hours over all zones, and what ends on each day of a month."""
