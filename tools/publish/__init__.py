"""Puts the images and charts of this checkout into a registry of one's own. See README.md."""
