#!/bin/sh
# Run before mongod: whose volume it is, and the key file.
#
# mongod wants a key file that nobody but its own user may read; a Secret's file belongs to root and is
# read through the group. "install" also replaces what an earlier run left.
#
# From the pod: LAB_USER, LAB_DATABASE, CLAIM, DATA_DIR, KEYFILE, RUN_DIR.
set -eu

wanted="user ${LAB_USER}, database ${LAB_DATABASE}"
# mongod leaves files alone that it does not know. A volume without the mark is older than the mark.
mark="${DATA_DIR}/.streaminglab"
if [ -e "$mark" ] && [ "$(cat "$mark")" != "$wanted" ]; then
  echo "error: the volume was kept from another lab ($(cat "$mark")), and this has ${wanted}. Take the" \
    "names back that it was made with, or delete the PersistentVolumeClaim ${CLAIM} to begin with an" \
    "empty one"
  exit 1
fi
echo "$wanted" >"${mark}.new"
mv "${mark}.new" "$mark"
install --mode=0400 "$KEYFILE" "${RUN_DIR}/keyfile"
