// What the page says, and a name that changes with it.

/** The title, and a line for each note by name. */
export function page(title: string, notes: Readonly<Record<string, string>>): string {
  const names = Object.keys(notes).sort();
  return [title, ...names.map((name) => `${name}: ${notes[name] ?? ''}`)].join('\n');
}

/** Pods do not hear of a ConfigMap that changes, and are replaced when they name another one. */
export function nameOf(app: string, text: string): string {
  return `${app}-${fnv1a(text).toString(16).padStart(8, '0')}`;
}

/** http://www.isthe.com/chongo/tech/comp/fnv: short and even, and no secret hangs on it. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
