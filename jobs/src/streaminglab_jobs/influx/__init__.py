"""InfluxDB over plain HTTP, with the standard library only."""
