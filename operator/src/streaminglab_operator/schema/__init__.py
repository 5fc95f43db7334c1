"""What declarations of services and the API are both made of: base model, formats, rules."""
