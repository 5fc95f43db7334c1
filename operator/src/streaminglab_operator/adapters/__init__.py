"""The outside world: Kubernetes, Helm, InfluxDB, metrics. Built in ``__main__`` alone."""
