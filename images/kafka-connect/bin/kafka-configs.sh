#!/bin/sh
# In this image's release of Kafka the class is not where the image kafka's release has it.
exec /opt/kafka/bin/kafka-run-class.sh kafka.admin.ConfigCommand "$@"
