"""Des relevés en JSON Schema, avec le registre de schémas du lab.

python3 json_readings.py
"""

from confluent_kafka import Consumer, Producer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

from course import KAFKA, REGISTRY, read, todo

TOPIC = "readings-json"
READINGS = [{"town": "Nantes", "celsius": 17.5}, {"town": "Brest", "celsius": 14.0}]
# TODO 1 : le schéma d'un relevé : un object ; ses propriétés town et celsius sont required.
SCHEMA = """
...
"""

if SCHEMA.strip() == "...":
    todo(1)
context = SerializationContext(TOPIC, MessageField.VALUE)
registry = SchemaRegistryClient({"url": REGISTRY})
serialize, deserialize = JSONSerializer(SCHEMA, registry), JSONDeserializer(SCHEMA)
producer = Producer({"bootstrap.servers": KAFKA})
for reading in READINGS:
    # TODO 2 : la clé est la ville, la valeur est le relevé, sérialisé.
    todo(2)
producer.flush(30)
consumer = Consumer(
    {"bootstrap.servers": KAFKA, "group.id": TOPIC, "auto.offset.reset": "earliest"}
)
consumer.subscribe([TOPIC])
for message in read(consumer, len(READINGS)):
    print(message.value()[:5].hex(), deserialize(message.value(), context))
consumer.close()
