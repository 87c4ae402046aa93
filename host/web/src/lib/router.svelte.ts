// Routes are paths; the address holds all of what is shown, so that it can be sent to somebody.

export const route = $state({ path: location.pathname, query: location.search, hash: location.hash });

function read() {
  route.path = location.pathname;
  route.query = location.search;
  route.hash = location.hash;
}

export function go(path: string) {
  history.pushState(null, '', path);
  read();
  scrollTo(0, 0);
}

/** Changes the query without a new entry in the history; an empty value takes its name away. */
export function ask(name: string, value: string) {
  const query = new URLSearchParams(location.search);
  if (value === '') query.delete(name);
  else query.set(name, value);
  history.replaceState(null, '', location.pathname + (query.size > 0 ? `?${query}` : ''));
  read();
}

/** Ordinary links work as links; those of ours do not load the page anew. */
export function follow(event: MouseEvent) {
  const link = (event.target as Element | null)?.closest('a');
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
  if (!link || !plain || link.target || link.origin !== location.origin) return;
  // Within the page the browser knows the way.
  if (link.hash && link.pathname === location.pathname) return;
  event.preventDefault();
  go(link.pathname + link.search + link.hash);
}

addEventListener('popstate', read);
