"""Carries points from InfluxDB to a Kafka topic."""
