# Listeners for clients outside the cluster. start.sh reads this file after it has written the
# broker's settings; where there are no such listeners it is not there.
#
# From the pod: BROKER_ID, LOCALHOST_PORT (the first broker's), NODEPORT_PORTS, NODEPORT_HOST,
# LOADBALANCER_HOSTS (one word a broker). Empty: no such listener. From start.sh: config.
# shellcheck shell=sh disable=SC2154

# shellcheck source=charts/kafka/files/user.sh
. /opt/streaminglab/kafka/user.sh

# of_this_broker WORDS...: the word in this broker's place.
of_this_broker() {
  shift "$BROKER_ID"
  echo "$1"
}

# in_url HOST: an IPv6 address needs brackets.
in_url() {
  case "$1" in
    *:*) echo "[$1]" ;;
    *) echo "$1" ;;
  esac
}

# add_listener NAME WHERE_IT_LISTENS WHERE_CLIENTS_ARE_SENT
add_listener() {
  sed -i -e "s|^listeners=.*|&,$1://$2|" -e "s|^advertised\.listeners=.*|&,$1://$3|" "$config"
  say "clients outside are sent to $3 ($1)"
}

add_listeners() {
  if [ -n "$LOCALHOST_PORT" ]; then
    port=$((LOCALHOST_PORT + BROKER_ID))
    # On loopback: `kubectl port-forward` comes from inside the pod, and nobody else has to.
    add_listener LOCALHOST "127.0.0.1:${port}" "localhost:${port}"
  fi
  # Several words in one variable, on purpose.
  # shellcheck disable=SC2086
  if [ -n "$NODEPORT_PORTS" ]; then
    add_listener NODEPORT ":9094" "$(in_url "$NODEPORT_HOST"):$(of_this_broker $NODEPORT_PORTS)"
  fi
  # shellcheck disable=SC2086
  if [ -n "$LOADBALANCER_HOSTS" ]; then
    add_listener LOADBALANCER ":9095" "$(in_url "$(of_this_broker $LOADBALANCER_HOSTS)"):9092"
  fi
}

# Takes the place of start.sh's: a fresh volume begins with the user. (A volume that is older than
# these listeners gets the user from the init job, or from set-user.sh.)
format_once() {
  if [ -f "${DATA_DIR}/meta.properties" ]; then
    say "the volume is formatted already"
    return
  fi
  say "formatting the volume for cluster ${CLUSTER_ID} and user ${user}"
  # The argument with the password is read from standard input, so that no list of processes shows
  # it. The tool's output is dropped because it holds the keys made of the password.
  echo "--add-scram=SCRAM-SHA-512=[name=\"${user}\",password=\"${password}\"]" |
    /opt/kafka/bin/kafka-storage.sh format --ignore-formatted --cluster-id="${CLUSTER_ID}" \
      --config "$config" @/dev/stdin >/dev/null
}

read_user || exit 1
add_listeners
