#!/bin/sh
# Run once by the image's entry point, when the database has just been made: the lab's user, its
# rights, and the SQL that came with the lab.
#
# The entry point's own user is the superuser, and a superuser may run programs in this pod. So the
# lab's user is another one, and the superuser cannot log in from outside any more. On the pod:
# psql -U postgres.
#
# From the pod: PGDATA, POSTGRES_DB, LAB_USER, LAB_SECRET_FILE. From the entry point: a server that
# listens on its socket alone.
set -eu

sql() {
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --dbname "$POSTGRES_DB" "$@"
}

echo "first start: making user ${LAB_USER}"
# log_min_error_statement: a statement that fails would be logged with its text.
sql --username postgres --set owner="$LAB_USER" --set db="$POSTGRES_DB" <<'SQL'
SET log_min_error_statement = panic;
\set secret `cat "$LAB_SECRET_FILE"`
CREATE ROLE :"owner" LOGIN REPLICATION PASSWORD :'secret';
ALTER DATABASE :"db" OWNER TO :"owner";
ALTER ROLE postgres PASSWORD NULL;
SQL

for file in /etc/streaminglab/sql/*.sql; do
  if [ ! -e "$file" ]; then continue; fi
  echo "first start: running ${file##*/}"
  sql --username "$LAB_USER" --file "$file"
done
rm -f "${PGDATA}.unfinished"
