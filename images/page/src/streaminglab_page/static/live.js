// The stream of the lab's states. A page that nobody looks at does not follow: it would hold one of
// the few connections that a browser has for one host.

const RETRY_MS = 5000;
const PATIENCE_MS = 5000;
// The page's server says something every 15 seconds. A line that was cut (a laptop that slept) does not.
const SILENCE_MS = 40000;

/**
 * Calls tell[event](data) with each event, lost(word) when the stream breaks, ended() after a log-out.
 * address() says what to follow; the function that is returned starts anew with another one.
 */
export function follow({ address, tell, lost, ended }) {
  let source = null;
  let timer = null;

  function stop() {
    clearTimeout(timer);
    source?.close();
    source = null;
  }

  function heard() {
    clearTimeout(timer);
    timer = setTimeout(broken, SILENCE_MS);
  }

  function start() {
    stop();
    if (document.hidden) return;
    source = new EventSource(address());
    for (const [name, told] of Object.entries(tell)) {
      source.addEventListener(name, (event) => { heard(); told(JSON.parse(event.data)); });
    }
    source.addEventListener("beat", heard);
    source.addEventListener("end", () => { stop(); ended(); });
    source.addEventListener("error", broken);
    heard();
  }

  async function broken() {
    stop();
    timer = setTimeout(start, RETRY_MS + PATIENCE_MS);
    try {
      const answer = await fetch("/session", { signal: AbortSignal.timeout(PATIENCE_MS) });
      if (!answer.ok) lost("lost");
      else if ((await answer.json()).inside) lost("crowded");
      else { stop(); ended(); return; }
    } catch {
      lost("lost");
    }
    clearTimeout(timer);
    timer = setTimeout(start, RETRY_MS);
  }

  document.addEventListener("visibilitychange", start);
  start();
  return start;
}
