"""Which contracts have had a fact changed since the figures that are kept of them were worked out."""
