"""What a customer does with the product: signals that the product sends, without anybody's name."""
