"""Event studies: what a score, read at the anchors of episodes, says of the returns after them."""
