"""What customers are worth to the shop, and what speaks for their leaving: counted daily, shown with its reasons."""
