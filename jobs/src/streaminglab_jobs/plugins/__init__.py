"""``plugins``: fetches Kafka Connect's declared plugins into the workers' volume, once."""
