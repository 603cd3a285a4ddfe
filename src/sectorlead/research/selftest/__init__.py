"""The engines against strategies whose result is known without them."""
