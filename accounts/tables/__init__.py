"""Lists: as tables on a page, and as files."""
