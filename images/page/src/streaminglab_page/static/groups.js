// Consumer groups: who reads what, and how far behind.

import { el } from "./dom.js";
import { more, number, pages, row, table } from "./table.js";
import { to } from "./views.js";
import { quoting, t } from "./words.js";

const PAGE = 100;
const head = (word) => t(word);

export function groups(kafka) {
  if (!kafka.seen) return [];
  return [
    el("h2", null, t("groups")),
    kafka.unread.groups && el("p", { class: "quiet" }, quoting("groups_unread", { detail: kafka.unread.groups })),
    kafka.groups.length
      ? table(t("groups"), ["group_name", "group_state", "group_members", "group_topics", "group_lag"].map(head), kafka.groups.map(groupRow))
      : el("p", { class: "quiet" }, t("groups_none")),
    more(kafka.more_groups),
  ].filter(Boolean);
}

function groupRow(group) {
  return row([
    group.name
      ? el("a", { href: to("kafka", "group", group.name), "data-key": `group ${group.name}` }, group.name)
      : el("span", { class: "quiet" }, t("group_nameless")),
    group.state, number(group.members), group.topics.join(", "), number(group.lag),
  ]);
}

/** One group: its members, and its place in each partition; nothing if none is looked at. */
export function group(kafka, name) {
  if (!name) return [];
  const found = kafka.group;
  const back = el("p", null, el("a", { href: "#kafka", "data-key": "back from group" }, t("kafka_back")));
  if (!found) return [back, kafka.seen && el("p", null, t("group_gone", { group: name }))].filter(Boolean);
  return [
    back,
    el("h2", null, t("group_of", { group: name }), " ", el("span", { class: "tag" }, found.state)),
    table(t("group_members"), ["group_client", "group_host", "group_partitions", "group_id"].map(head), found.members.map((member) => row([member.client, member.host, number(member.partitions), el("small", null, member.id)]))),
    more(found.more_members),
    table(t("group_places"), ["group_topic", "group_partition", "group_committed", "group_end", "group_lag", "group_member"].map(head), found.rows.map((one) => row([one.topic, String(one.partition), number(one.committed), number(one.end), number(one.lag), one.member]))),
    pages(found.all, PAGE, found.page, (page) => to("kafka", "group", name, page)),
  ].filter(Boolean);
}
