"""One mail a working day to each of the vendor's people: what today asks of them, as their first page says it."""
