"""Letters that a person writes to one customer, from that customer's facts (rules 14 to 16)."""
