"""The administrator's choice of images."""

NO_IMAGE = "none"
"""The administrator's word for an image that cannot be had in this installation."""
