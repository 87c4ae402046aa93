// A blueprint that throws, loops, hoards, and asks for what it has not, as its one value says. Tests install it.

import { About, Objects, blueprint, form, log } from 'slipway-sdk';

export default blueprint({
  about: new About('Hostile', 'Throws, loops and hoards.'),
  values: form.object({ behaviour: form.text({ default: '' }) }),
  kinds: [],
  render(_app, { behaviour }) {
    if (behaviour === 'throw') thrower();
    if (behaviour === 'throw-text') throw 'only a text';
    if (behaviour === 'clock') log.info(new Date().toISOString());
    if (behaviour === 'chance') log.info(String(Math.random()));
    if (behaviour === 'date') log.info(new Date(0).toISOString());
    if (behaviour === 'stack') endless(1);
    if (behaviour === 'loop') for (;;);
    if (behaviour === 'memory') hoard();
    return new Objects();
  },
});

function thrower(): never {
  throw new TypeError('it was told to throw');
}

function endless(depth: number): number {
  return endless(depth + 1) + 1;
}

function hoard(): never {
  const kept: Uint8Array[] = [];
  for (;;) kept.push(new Uint8Array(1 << 20).fill(1));
}
