#!/bin/sh
# Give the user of the listeners for clients outside the password that the Secret holds now. For a
# volume that is older than the listeners, and after the Secret was changed:
#   kubectl exec sts/RELEASE-0 -- sh /opt/streaminglab/kafka/set-user.sh
set -eu
# shellcheck source=charts/kafka/files/user.sh
. /opt/streaminglab/kafka/user.sh
read_user
# Through standard input: no list of processes shows the password, and no file keeps it.
echo "SCRAM-SHA-512=iterations=8192,password=${password}" |
  /opt/kafka/bin/kafka-configs.sh --bootstrap-server localhost:9092 --alter \
    --entity-type users --entity-name "$user" --add-config-file /dev/stdin
