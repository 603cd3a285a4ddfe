"""What is wrong with the data, by name: rules that look at bars, and the gate before a run.

``gate`` is the one name that the package itself has: what a reader of the documents types.
"""

from .gate import gate

__all__ = ["gate"]
