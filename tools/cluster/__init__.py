"""The cluster a lab runs on: an existing one, or a local one made with kind."""
