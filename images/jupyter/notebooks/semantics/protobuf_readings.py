"""Des relevés en Protobuf, avec le registre de schémas du lab. Le schéma est dans reading.proto.

python3 protobuf_readings.py
"""

from confluent_kafka import Consumer, Producer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer, ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

from course import KAFKA, REGISTRY, read, todo
from reading_pb2 import Reading

TOPIC = "readings-protobuf"
READINGS = [("Nantes", 17.5), ("Brest", 14.0)]

context = SerializationContext(TOPIC, MessageField.VALUE)
registry = SchemaRegistryClient({"url": REGISTRY})
OWN_FORMAT = {"use.deprecated.format": False}
serialize = ProtobufSerializer(Reading, registry, OWN_FORMAT)
deserialize = ProtobufDeserializer(Reading, OWN_FORMAT)
producer = Producer({"bootstrap.servers": KAFKA})
for town, celsius in READINGS:
    # TODO 1 : faire un Reading ; la clé est la ville, la valeur est le relevé, sérialisé.
    todo(1)
producer.flush(30)
consumer = Consumer(
    {"bootstrap.servers": KAFKA, "group.id": TOPIC, "auto.offset.reset": "earliest"}
)
consumer.subscribe([TOPIC])
for message in read(consumer, len(READINGS)):
    reading = deserialize(message.value(), context)
    print(message.value()[:6].hex(), reading.town, reading.celsius)
consumer.close()
