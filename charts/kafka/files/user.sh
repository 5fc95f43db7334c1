# The user of the listeners for clients outside: external.sh and set-user.sh read this file.
# shellcheck shell=sh

# read_user: sets `user` and `password` from the mounted Secret. Both go into Kafka's own notation,
# which knows no quoting, so what would be misread there is refused here, before Kafka could show it.
read_user() {
  user="$(cat /opt/streaminglab/user/username)"
  password="$(cat /opt/streaminglab/user/password)"
  LC_ALL=C
  case "$user" in
    "" | *[!A-Za-z0-9._-]*)
      echo "error: the user's name in the Secret may have letters, digits, '.', '_' and '-' only"
      return 1
      ;;
  esac
  case "$password" in
    "" | *[!!-~]* | *[,\"\\]*)
      echo "error: the password in the Secret may have printable ASCII characters only," \
        "without blanks, commas, double quotes and backslashes"
      return 1
      ;;
  esac
}
