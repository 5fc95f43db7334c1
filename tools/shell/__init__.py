"""The ground that every tool stands on: paths, errors, commands, progress, locks. See README.md.

It holds no import: :mod:`tools.venv` reads :mod:`tools.shell.paths` before anything is installed.
"""
