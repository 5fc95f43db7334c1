"""Archives from somewhere else, unpacked so that nothing of them lands outside one folder."""
