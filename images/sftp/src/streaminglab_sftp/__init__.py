"""The SFTP server of a lab: one user, one folder, no shell, and no root needed."""

__version__ = "0.1.0"
