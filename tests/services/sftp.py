"""SFTP: logins and disks that are refused."""

BAD = (
    ("storage-format", "spec.sftp.storage", {"sftp": {"storage": "1 GB"}}, None),
    (
        "sftp-key-format",
        "spec.sftp.authorizedKeys[0]",
        {"sftp": {"authorizedKeys": ["command=x ssh-ed25519 AAAA"]}},
        None,
    ),
    ("user-name-format", "spec.sftp.username", {"sftp": {"username": "a:b"}}, None),
)
REFUSED = (
    ("sftp", {"username": "Foo"}, "username"),
    ("sftp", {"authorizedKeys": ["no key"]}, "authorizedKeys"),
)
