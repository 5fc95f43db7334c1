"""The StreamingLab operator: one object in, a whole streaming lab out."""

__version__ = "0.1.0"
