"""InfluxDB: read by plain HTTP, written by influxdb-client over the same connection."""
