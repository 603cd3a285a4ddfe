"""Reading runs: metrics, tearsheets, comparisons and run folders. A report reads only the record."""
