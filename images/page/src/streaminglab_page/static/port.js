// Addresses of the lab's pages have no port. Where the ingress controller is reached by one (kind,
// minikube, Onyxia's `expose.ingressPort`), only this browser knows it: it has come by that port.

// url: of a page; pages: those of all; at: the browser's own location.
export function reached(url, pages, at) {
  const found = parsed(url);
  if (!found || found.port || !at.port || found.protocol !== at.protocol) return url;
  // By a page's host name, and not by `kubectl port-forward`, whose port leads to this page alone.
  if (!pages.some((page) => parsed(page)?.hostname === at.hostname)) return url;
  found.port = at.port;
  return found.href;
}

function parsed(url) {
  try {
    return new URL(url);
  } catch {
    return null;
  }
}
