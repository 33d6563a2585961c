"""What the coming months and quarters bring, what last week changed, and how much of what ends is kept."""
