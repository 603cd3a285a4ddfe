"""Charts as plain descriptions, and the painters that draw them."""
