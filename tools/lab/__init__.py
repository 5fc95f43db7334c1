"""From nothing to a lab whose data is verified: what ``make lab`` does, step by step."""
