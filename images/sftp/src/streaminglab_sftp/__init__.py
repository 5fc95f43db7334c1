"""The SFTP server of a lab: one folder, a user for all of it and users for a part, no shell, and no root needed."""

__version__ = "0.1.0"
