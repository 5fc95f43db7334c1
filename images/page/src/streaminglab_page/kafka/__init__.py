"""Kafka as the page shows it: asked once for all browsers, kept in bounds."""
