"""Compares the points of InfluxDB with those of the topics."""
