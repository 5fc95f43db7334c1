#!/bin/sh
# Become PostgreSQL by the image's own entry point, which makes the database when there is none.
#
# The entry point takes any database it finds for a whole one. If the first start does not come to
# its end (a mistake in the SQL, the node gone), the next would serve half a database. So a mark lies
# beside the database from before the first start until its last step, and what is found with the
# mark is thrown away and made again: it was never served.
#
# From the pod: PGDATA. Arguments: the server's.
set -eu

unfinished="${PGDATA}.unfinished"
if [ -e "$unfinished" ]; then
  echo "start: the first start did not come to its end; making the database anew"
  rm -rf "$PGDATA"
fi
if [ ! -s "${PGDATA}/PG_VERSION" ]; then
  : >"$unfinished"
fi
exec docker-entrypoint.sh postgres "$@"
