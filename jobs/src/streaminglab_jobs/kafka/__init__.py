"""Kafka clients, set up once for all jobs."""
