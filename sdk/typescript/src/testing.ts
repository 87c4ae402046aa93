// For a plugin's own tests: the inputs that the host would give, with nothing special about them.

import type * as contract from './contract/registry.js';
import type { App, Health } from './contract/types.js';
import { type Control, type Observed, Step } from './control.js';
import { Facts } from './facts.js';
import type { Field } from './form.js';
import { connect } from './host.js';
import type { Json, JsonObject } from './json.js';
import { SecretRef } from './secret.js';

/** An app named `web` of the project `shop`, answering at `web.shop.localhost`. */
export function app(): App {
  return { project: 'shop', name: 'web', namespace: 'shop', hosts: ['web.shop.localhost'], revision: 1 };
}

/** What the embedded cluster tells. */
export function facts(): Facts {
  return new Facts({ runtime: 'wasm', ingressPort: 8080 });
}

/** A secret of the form of that app, as its first revision set it. */
export function secret(field: string): SecretRef {
  return new SecretRef('web.secrets.slipway.dev', `${field}.1`);
}

/** Values as the plugin sees them, read from JSON as the host would send it; what is left out starts as in the form. */
export function values<V>(form: Field<V>, filledIn: object = {}): V {
  return form.read(JSON.parse(JSON.stringify(filledIn)) as Json, '');
}

/** The first step of an operation, with nothing in the cluster yet. */
export function step<O>(plugin: Control<O>, operation: string, desired: readonly JsonObject[]): Step<O> {
  return new Step({
    operation,
    operationId: 'op-1',
    arguments: {},
    options: values(plugin.options),
    app: app(),
    desired,
    previous: [],
    observed: [],
    facts: facts(),
    memory: null,
    nowUnixMilliseconds: 1_000_000,
    startedUnixMilliseconds: 1_000_000,
    attempt: 0,
  });
}

/** The object as the cluster would show it. */
export function observed(object: JsonObject, health: Health, reason: string): Observed {
  return { object, health, reason, message: `It is ${reason}.` };
}

/** Runs something with a registry that answers like this one; what is left out is not there. */
export function withRegistry<T>(registry: Partial<contract.Registry>, run: () => T): T {
  const missing = (what: string): never => {
    throw { code: 'not-found', message: `There is no ${what}.` };
  };
  const before = connect({ registry: { tags: missing, resolve: missing, created: missing, ...registry } });
  try {
    return run();
  } finally {
    connect(before);
  }
}
