"""How much of a result hangs on luck: what other draws of the same thing would have made."""
