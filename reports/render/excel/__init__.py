"""The report as an Excel workbook of values."""
