// Builders of common Kubernetes objects: thin, typed, and safe by default (Pod Security `restricted`).

import { type JsonObject, textAt } from './json.js';
import { Built } from './objects/built.js';

export { Built } from './objects/built.js';
export { ConfigMap, Secret, VolumeClaim } from './objects/config.js';
export { Container } from './objects/container.js';
export { Ingress, Service } from './objects/network.js';
export { Pod } from './objects/pod.js';
export { Deployment } from './objects/workload.js';

/** What a blueprint renders. */
export class Objects implements Iterable<JsonObject> {
  readonly #all: readonly JsonObject[];

  /** None yet. */
  constructor(all: readonly JsonObject[] = []) {
    this.#all = all;
  }

  /** One more. */
  with(object: Built | JsonObject): Objects {
    return new Objects([...this.#all, object instanceof Built ? object.toJSON() : object]);
  }

  /** One more, where there is one. */
  withSome(object: Built | JsonObject | null): Objects {
    return object === null ? this : this.with(object);
  }

  /** The one of that kind and name. */
  find(kind: string, name: string): JsonObject | undefined {
    return this.#all.find((it) => it['kind'] === kind && textAt(it, '/metadata/name') === name);
  }

  [Symbol.iterator](): Iterator<JsonObject> {
    return this.#all[Symbol.iterator]();
  }
}
