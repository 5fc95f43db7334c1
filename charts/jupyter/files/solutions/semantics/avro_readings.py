"""Des relevés en Avro, avec le registre de schémas du lab.

python3 avro_readings.py
"""

from confluent_kafka import Consumer, Producer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

from course import KAFKA, REGISTRY, read

TOPIC = "readings-avro"
READINGS = [{"town": "Nantes", "celsius": 17.5}, {"town": "Brest", "celsius": 14.0}]
SCHEMA = """
{"type": "record", "name": "Reading", "fields": [
  {"name": "town", "type": "string"},
  {"name": "celsius", "type": "double"}]}
"""

context = SerializationContext(TOPIC, MessageField.VALUE)
registry = SchemaRegistryClient({"url": REGISTRY})
serialize, deserialize = AvroSerializer(registry, SCHEMA), AvroDeserializer(registry)
producer = Producer({"bootstrap.servers": KAFKA})
for reading in READINGS:
    producer.produce(TOPIC, key=reading["town"].encode(), value=serialize(reading, context))
producer.flush(30)
consumer = Consumer(
    {"bootstrap.servers": KAFKA, "group.id": TOPIC, "auto.offset.reset": "earliest"}
)
consumer.subscribe([TOPIC])
for message in read(consumer, len(READINGS)):
    print(message.value()[:5].hex(), deserialize(message.value(), context))
consumer.close()
