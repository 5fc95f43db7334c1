"""Exercises that are checked: what a set asks, and what was seen of it in the lab."""
