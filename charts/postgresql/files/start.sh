#!/bin/sh
# Become PostgreSQL by the image's own entry point, which makes the database when there is none.
#
# The entry point takes any database it finds for a whole one. If the first start does not come to
# its end (a mistake in the SQL, the node gone), the next would serve half a database. So a mark lies
# beside the database from before the first start until its last step, and what is found with the
# mark is thrown away and made again: it was never served.
#
# A database that is there must have the lab's user and database, or it is another lab's; and its user
# gets the password of the Secret, which may have changed since the last start.
#
# From the pod: PGDATA, POSTGRES_DB, LAB_USER, LAB_SECRET_FILE. Arguments: the server's.
set -eu

# sql SETTINGS...: statements from standard input, one a line, in the server's single-user mode: nobody
# else can connect meanwhile, and no login is asked. With the server's settings, because one that knows
# no logical log refuses a database with a slot for it. A statement that fails is not logged.
sql() {
  postgres --single -D "$PGDATA" "$@" -c log_min_error_statement=panic -c log_checkpoints=off postgres
}

# The server wants a name for its uid.
name_the_uid() {
  if getent passwd "$(id -u)" >/dev/null; then return; fi
  NSS_WRAPPER_PASSWD=/tmp/passwd NSS_WRAPPER_GROUP=/tmp/group LD_PRELOAD=libnss_wrapper.so
  export NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP LD_PRELOAD
  echo "postgres:x:$(id -u):$(id -g)::/tmp:/bin/false" >"$NSS_WRAPPER_PASSWD"
  echo "postgres:x:$(id -g):" >"$NSS_WRAPPER_GROUP"
}

# there NAME: the values of a column, as the server alone prints them.
there() {
  echo "$found" | sed -n "s/.*[[:space:]]$1 = \"\([^\"]*\)\".*/\1/p" | paste -s -d , - | sed 's/,/, /g'
}

# other_lab WORDS: what it lacks. A pod's claim is named after it.
other_lab() {
  echo "start: error: the volume data-$(hostname) was kept from another lab: its database has no $1, but" \
    "the users: $(there user_there), and the databases: $(there database_there). This lab wants the user" \
    "${LAB_USER} and the database ${POSTGRES_DB}. Take the names back that it was made with, or delete the" \
    "PersistentVolumeClaim data-$(hostname) to begin with an empty one"
  exit 1
}

same_lab() {
  found="$(sql "$@" <<SQL
SELECT 1 AS lab_user FROM pg_roles WHERE rolname = '${LAB_USER}';
SELECT 1 AS lab_database FROM pg_database WHERE datname = '${POSTGRES_DB}';
SELECT rolname AS user_there FROM pg_roles WHERE rolcanlogin AND rolname <> 'postgres';
SELECT datname AS database_there FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres';
SQL
  )"
  case "$found" in *'lab_user = "1"'*) ;; *) other_lab "user ${LAB_USER}" ;; esac
  case "$found" in *'lab_database = "1"'*) ;; *) other_lab "database ${POSTGRES_DB}" ;; esac
}

give_password() {
  sql "$@" >/dev/null <<SQL
ALTER ROLE "${LAB_USER}" PASSWORD '$(sed "s/'/''/g" "$LAB_SECRET_FILE")';
SQL
}

unfinished="${PGDATA}.unfinished"
if [ -e "$unfinished" ]; then
  echo "start: the first start did not come to its end; making the database anew"
  rm -rf "$PGDATA"
fi
if [ -s "${PGDATA}/PG_VERSION" ]; then
  (
    name_the_uid
    same_lab "$@"
    give_password "$@"
  )
else
  : >"$unfinished"
fi
exec docker-entrypoint.sh postgres "$@"
