"""The daily brief: each paragraph a pure function of panels that end with the day."""
