"""Writes simulated weather into InfluxDB."""
