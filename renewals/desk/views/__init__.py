"""The staff's pages, one file a noun. Every row is fetched through `visible_to`."""
