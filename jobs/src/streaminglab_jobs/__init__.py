"""The programs that move a StreamingLab's weather data: init, inject, producer, verify."""

__version__ = "0.1.0"
