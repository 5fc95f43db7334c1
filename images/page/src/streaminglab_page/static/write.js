// What changes Kafka: writing a message, making a topic. Kafka's refusals are shown as they are.

import { path, post } from "./ask.js";
import { reason, t } from "./words.js";

const write = document.querySelector("#messages-write form");
const make = document.querySelector("#kafka-make form");
const chosen = document.querySelector("#messages-form [name=topic]");

/** Send a form by ask(fields), and say what it gives. */
function sends(form, ask) {
  const said = form.querySelector("[role=status]");
  const button = form.querySelector("button.main");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    said.textContent = t("loading");
    try {
      said.textContent = await ask(form.elements);
      said.classList.remove("problem");
    } catch (error) {
      said.replaceChildren(...reason(error));
      said.classList.add("problem");
    }
    button.disabled = false;
  });
}

function headers(words) {
  const found = {};
  for (const pair of words.split(",").map((one) => one.trim()).filter(Boolean)) {
    const at = pair.indexOf("=");
    if (at < 1) throw new Error(t("write_bad_headers"));
    found[pair.slice(0, at).trim()] = pair.slice(at + 1).trim();
  }
  return found;
}

sends(write, async (fields) => {
  if (!chosen.value) throw new Error(t("write_no_topic"));
  return t("write_done", await post(path("kafka", "topics", chosen.value, "messages"), {
    key: fields.key.value || null,
    value: fields.tombstone.checked ? null : fields.value.value,
    partition: fields.partition.value === "" ? null : Number(fields.partition.value),
    headers: headers(fields.headers.value),
  }));
});

sends(make, async (fields) => {
  const made = await post("/kafka/topics", {
    name: fields.name.value, partitions: Number(fields.partitions.value), replicas: Number(fields.replicas.value),
  });
  return t("make_done", { topic: made.name });
});
