// InfluxDB: a Flux query, its rows as a table, and its numbers over time as a plot.

import { get, post } from "./ask.js";
import { plot } from "./plot.js";
import { row, table } from "./table.js";
import { onMove, place } from "./views.js";
import { count, reason, t } from "./words.js";

const form = document.getElementById("influxdb-form");
const fields = form.elements;
const said = document.getElementById("influxdb-said");
const rows = document.getElementById("influxdb-rows");
const drawn = document.getElementById("influxdb-plot");
let bucket = null;

const from = (range) => `from(bucket: ${JSON.stringify(bucket)})\n  |> range(start: ${range})`;
const READY = {
  // Fields of several types stand in one table only as text.
  last: () => `${from("-30d")}\n  |> last()\n  |> toString()\n  |> group()\n  |> limit(n: 50)`,
  plot: () => `${from("-1h")}\n  |> aggregateWindow(every: 1m, fn: mean, createEmpty: false)\n  |> group(columns: ["_field"])\n  |> aggregateWindow(every: 1m, fn: mean, createEmpty: false)`,
};

async function run() {
  said.textContent = t("loading");
  rows.replaceChildren();
  drawn.replaceChildren();
  try {
    show(await post("/influxdb/query", { flux: fields.flux.value }));
  } catch (error) {
    said.replaceChildren(...reason(error));
  }
}

function show(found) {
  const names = Object.keys(found.columns);
  const all = found.rows.length + found.more;
  said.textContent = found.more
    ? t("influxdb_more", { count: count(all), shown: count(found.rows.length) })
    : t("influxdb_count", { count: count(all) });
  drawn.replaceChildren(...plot(found));
  if (!names.length) return;
  rows.replaceChildren(table(t("influxdb_rows"), names, found.rows.map((one) => row(names.map((name) => (Object.hasOwn(one, name) ? one[name] : ""))))));
}

form.addEventListener("submit", (event) => { event.preventDefault(); run(); });
for (const name of Object.keys(READY)) {
  fields[name].addEventListener("click", async () => {
    try {
      await known();
      fields.flux.value = READY[name]();
    } catch (error) {
      said.replaceChildren(...reason(error));
      return;
    }
    run();
  });
}
// Asked for once; a button that is pressed meanwhile waits for it.
async function known() {
  bucket ??= (await get("/influxdb/bucket")).bucket;
}

onMove(async () => {
  if (place().view !== "influxdb" || bucket !== null) return;
  try {
    await known();
    if (!fields.flux.value) fields.flux.value = READY.last();
  } catch (error) {
    said.replaceChildren(...reason(error));
  }
});
