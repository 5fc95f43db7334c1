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
    ("user-name-format", "spec.sftp.users[0].name", {"sftp": {"users": [{"name": "A"}]}}, None),
    (
        "sftp-user-folder-free",
        "spec.sftp.users[0].name",
        {"sftp": {"users": [{"name": "done"}]}},
        None,
    ),
    ("sftp-users-differ", "spec.sftp.users", {"sftp": {"users": [{"name": "foo"}]}}, None),
)
REFUSED = (
    ("sftp", {"username": "Foo"}, "username"),
    ("sftp", {"authorizedKeys": ["no key"]}, "authorizedKeys"),
    ("sftp", {"users": [{"name": "error"}]}, "users/0/name"),
    ("sftp", {"users": [{"name": "a", "authorizedKeys": ["no key"]}]}, "authorizedKeys"),
)
