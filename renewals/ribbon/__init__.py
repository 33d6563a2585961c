"""A contract's last stretch, drawn to scale: the product's signature. Pure geometry."""

from renewals.ribbon.drawing import draw, drawn_peaks
from renewals.ribbon.shapes import SIZES, Drawing, Interval, Story, Touch, Words

__all__ = ["SIZES", "Drawing", "Interval", "Story", "Touch", "Words", "draw", "drawn_peaks"]
