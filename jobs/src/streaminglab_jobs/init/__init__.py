"""Makes what a lab needs before data can flow."""
