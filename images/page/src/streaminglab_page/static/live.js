// The stream of the lab's states. A page that nobody looks at does not follow: it would hold one of
// the few connections that a browser has for one host.

const RETRY = 5000;

/** Calls tell(state) with each state, lost(word) when the stream breaks, ended() after a log-out. */
export function follow({ tell, lost, ended }) {
  let source = null;
  let timer = null;

  function stop() {
    clearTimeout(timer);
    source?.close();
    source = null;
  }

  function start() {
    stop();
    if (document.hidden) return;
    source = new EventSource("/events");
    source.addEventListener("lab", (event) => tell(JSON.parse(event.data)));
    source.addEventListener("end", () => { stop(); ended(); });
    source.addEventListener("error", broken);
  }

  async function broken() {
    stop();
    timer = setTimeout(start, RETRY);
    try {
      const answer = await fetch("/session");
      if (!answer.ok) lost("lost");
      else if ((await answer.json()).inside) lost("crowded");
      else { stop(); ended(); }
    } catch {
      lost("lost");
    }
  }

  document.addEventListener("visibilitychange", start);
  start();
}
