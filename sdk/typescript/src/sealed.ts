// What JavaScript has and a plugin has not: a clock and chance. The same input gives the same output.

/** Has them say so, instead of ending the component without a word or giving the same number for ever. */
export function seal(): void {
  const now = refusing('a clock', "What the time is, a control plugin's step and an update checker's subject say.");
  const random = refusing('random numbers', 'The same input gives the same output.');
  Math.random = random;
  globalThis.Date = new Proxy(Date, {
    apply: now,
    construct: (date, given, made) => (given.length === 0 ? now() : (Reflect.construct(date, given, made) as Date)),
    get: (date, name) => (name === 'now' ? now : (Reflect.get(date, name) as unknown)),
  });
}

function refusing(what: string, why: string): () => never {
  return () => {
    throw new Error(`a plugin has no access to ${what}. ${why}`);
  };
}
