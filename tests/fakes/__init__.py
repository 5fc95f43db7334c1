"""In-memory stand-ins for the world around the operator: API server, controllers, InfluxDB."""
