// What a plugin may ask of its host: lines for the log, and looking at registries.

import type * as log from './contract/log.js';
import type * as registry from './contract/registry.js';

export interface Host {
  log: log.Log;
  registry: registry.Registry;
}

/** Outside of a component: the log goes to standard error, so that tests show it, and there is nobody to ask. */
const NOWHERE: Host = {
  log: { write: (level, message) => standardError(`${level}: ${message}`) },
  registry: { tags: nobody, resolve: nobody, created: nobody },
};

let connected: Host = NOWHERE;

export function host(): Host {
  return connected;
}

/** Answers from now on; what is left out stays as it was. Returns what answered before. */
export function connect(to: Partial<Host>): Host {
  const before = connected;
  connected = { ...before, ...to };
  return before;
}

function nobody(what: string): never {
  throw { code: 'unreachable', message: `There is no host here that could ask for ${what}.` };
}

function standardError(line: string): void {
  const { console } = globalThis as { console?: { error(line: string): void } };
  console?.error(line);
}
