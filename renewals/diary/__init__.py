"""The minutes of the vendor's people in their own calendar programs: a feed that opens with a key, and its page."""
