"""The SFTP server of a lab: one folder, users for all of it or parts; no shell, no root."""

__version__ = "0.1.0"
