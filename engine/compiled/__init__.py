"""The compiled engine: kernels in plain Python with a compiled second name, and what prepares their arrays."""
