"""The pages of the pipeline: the table, the board, and one renewal."""
