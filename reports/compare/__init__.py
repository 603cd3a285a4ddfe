"""Several runs side by side: differences and what chance makes of them."""
