"""The minutes in the calendar programs of the vendor's people: a feed that opens with a key, and where it is set up."""
