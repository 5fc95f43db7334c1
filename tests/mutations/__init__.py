"""Edits of a lab, made from the CRD's schema: each is reached, or refused by name, and undone."""
