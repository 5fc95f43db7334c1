"""Small commands of the toolbox image."""
