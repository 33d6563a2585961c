"""Calls at a time that both sides work: which times are offered, which is booked, and the invitation to it."""
