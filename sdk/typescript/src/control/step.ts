// All that a step may look at.

import type { Link } from '../contract/control.js';
import type { App, Health, ObjectRef } from '../contract/types.js';
import type { Facts } from '../facts.js';
import { Failure } from '../failure.js';
import { type Json, type JsonObject, at, isObject, merged, textAt } from '../json.js';
import { reference, same, title } from './objects.js';

/** An object as it is in the cluster now. */
export interface Observed {
  object: JsonObject;
  health: Health;
  /** CamelCase word for the rule that decided. */
  reason: string;
  /** The same for a person. */
  message: string;
}

export interface Seen<O> {
  operation: string;
  operationId: string;
  /** The operation's own arguments. */
  arguments: Json;
  options: O;
  app: App;
  /** All objects of the wanted revision. */
  desired: readonly JsonObject[];
  /** All objects of the last revision that was good. */
  previous: readonly JsonObject[];
  /** Objects of this deployment that exist. */
  observed: readonly Observed[];
  facts: Facts;
  /** What the last step of this operation returned; null at first. */
  memory: Json;
  nowUnixMilliseconds: number;
  /** When the operation began. */
  startedUnixMilliseconds: number;
  /** Steps of this operation before this one. */
  attempt: number;
}

/** The host lets plugins set this one of its annotations, on pod templates only. */
const RESTARTED_AT = 'slipway.dev/restarted-at';
const MARK = '/spec/template/metadata/annotations/slipway.dev~1restarted-at';

/**
 * For so long an Ingress is waited for: its address comes from a controller of the cluster's own, in its own time, and
 * from some of them never.
 */
const ADDRESS_MILLISECONDS = 10_000;

export interface Step<O> extends Seen<O> {}

export class Step<O> {
  constructor(seen: Seen<O>) {
    Object.assign(this, seen);
  }

  /** The object in the cluster that has the names of this one. */
  observedOf(object: JsonObject): Observed | undefined {
    const wanted = reference(object);
    return this.observed.find((it) => same(reference(it.object), wanted));
  }

  /** For how long the operation has been under way. */
  elapsedMilliseconds(): number {
    return Math.max(this.nowUnixMilliseconds - this.startedUnixMilliseconds, 0);
  }

  /** The volume claims that are still there. */
  claims(): ObjectRef[] {
    const claims = this.observed.filter((it) => it.object['kind'] === 'PersistentVolumeClaim');
    return claims.map((it) => reference(it.object));
  }

  /** An address for every host of every Ingress among these. */
  links(objects: Iterable<JsonObject>): Link[] {
    const ingresses = [...objects].filter((it) => it['kind'] === 'Ingress');
    const rules = ingresses.flatMap((it) => {
      const rules = at(it, '/spec/rules');
      return Array.isArray(rules) ? rules : [];
    });
    const hosts = rules.map((it) => textAt(it, '/host')).filter((it) => it !== '');
    return hosts.map((host) => ({ name: host, url: this.facts.url(host) }));
  }

  /**
   * The object with the mark that it needs to be restarted: a new one for a restart, otherwise the one that it has,
   * because taking it away would restart the pods as well.
   */
  marked(object: JsonObject): JsonObject {
    if (!isObject(at(object, '/spec/template/spec')) || object['kind'] === 'Job') return object;
    const isRestart = this.operation === 'restart' || this.operation === 'heal';
    const mark = isRestart ? String(this.startedUnixMilliseconds) : at(this.observedOf(object)?.object, MARK);
    if (mark === undefined) return object;
    return merged(object, { spec: { template: { metadata: { annotations: { [RESTARTED_AT]: mark } } } } });
  }

  /** The first trouble of these objects, for a person; null where all are healthy. */
  trouble(wanted: Iterable<JsonObject>): string | null {
    for (const object of wanted) {
      const trouble = this.troubleOf(object);
      if (trouble !== null) return trouble;
    }
    return null;
  }

  /** The failure of an operation whose deadline has passed. */
  tooLate(deadlineSeconds: number, trouble: string): Failure {
    const message = `Not healthy after ${deadlineSeconds} s. ${trouble}`;
    return new Failure('progress-deadline-exceeded', message).hint(this.whatNext());
  }

  /**
   * The failure of an operation of whose objects one has ended badly, so that nobody is helped by waiting: a Job that is
   * not tried again. Null where there is none.
   */
  endedBadly(wanted: Iterable<JsonObject>): Failure | null {
    for (const object of wanted) {
      const observed = object['kind'] === 'Job' ? this.observedOf(object) : undefined;
      if (observed?.health !== 'degraded') continue;
      return new Failure('job-failed', this.explained(observed)).hint(this.whatNext());
    }
    return null;
  }

  private whatNext(): string {
    return this.previous.length === 0
      ? 'Look at the logs of the pods, change the values, and try again.'
      : 'Roll back to the last good revision, or change the values and try again.';
  }

  private troubleOf(wanted: JsonObject): string | null {
    const observed = this.observedOf(wanted);
    if (observed === undefined) return `${title(wanted)} is being made.`;
    if (wanted['kind'] === 'Ingress' && this.elapsedMilliseconds() >= ADDRESS_MILLISECONDS) return null;
    // Suspended is what somebody asked for; waiting for it would never end.
    if (observed.health === 'healthy' || observed.health === 'suspended') return null;
    return this.explained(observed);
  }

  /** A pod that cannot start says more than the workload that waits for it. */
  private explained(observed: Observed): string {
    const workload = `${title(observed.object)}: ${observed.message}`;
    if (!isObject(at(observed.object, '/spec/template'))) return workload;
    const pod = this.observed.find((it) => it.object['kind'] === 'Pod' && it.health === 'degraded');
    return pod === undefined ? workload : `${workload} ${title(pod.object)}: ${pod.message}`;
  }
}
