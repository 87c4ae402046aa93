// Generated from wit/ by `npm run generate`: slipway:control/control.

import type { Json, Manifest, Failure, App, ObjectRef, Health, UnixMilliseconds } from './types.js';

export interface Description {
  name: string;
  title: string;
  summary: string;
  version: string;
  /**
   * Operations that it knows: `create`, `update`, `rollback`, `promote`, `abort`, `pause`, `resume`,
   * `restart`, `heal`, `archive`, `restore`, `cleanup`.
   */
  operations: string[];
  /** JSON Schema of `options`. */
  optionsSchema: Json;
  defaultOptions: Json;
  docs: string;
  extra: Json;
}

/** An object of the deployment as it is in the cluster now. */
export interface Observed {
  object: Manifest;
  health: Health;
  /** CamelCase word for the rule that decided. */
  reason: string;
  /** The same for a person. */
  message: string;
}

export interface StepInput {
  operation: string;
  operationId: string;
  /** The operation's own arguments, e.g. `{"full": true}` of a promotion. */
  arguments: Json;
  options: Json;
  app: App;
  /** All objects of the wanted revision, rendered. */
  desired: Manifest[];
  /** All objects of the last revision that was good; empty if there is none. */
  previous: Manifest[];
  /** Objects of this deployment that exist. */
  observed: Observed[];
  facts: Json;
  /** What the last step returned; `null` at first. */
  memory: Json;
  now: UnixMilliseconds;
  /** When the operation began. */
  started: UnixMilliseconds;
  /** Steps of this operation before this one. */
  attempt: number;
}

export type Outcome = { tag: 'done' } | { tag: 'wait'; val: string } | { tag: 'failed'; val: Failure };

/** A name and an address that people open. */
export interface Link {
  name: string;
  url: string;
}

export interface StepOutput {
  /** Objects to apply (server-side, whole), in any order. */
  apply: Manifest[];
  /** Objects that stay as they are: neither applied, nor removed at `done`. */
  keep: ObjectRef[];
  /** Objects to remove. Volume claims are only removed by `cleanup`. */
  remove: ObjectRef[];
  memory: Json;
  outcome: Outcome;
  /**
   * A step is asked for at every change in the cluster, and after this time at the latest, whatever the
   * outcome was: what is done may still have something to put away later.
   */
  recheckAfterMilliseconds: number | null;
  /** Lines for the operation's log. */
  notes: string[];
  links: Link[];
}

/**
 * Decides how a cluster gets from observed to desired. Called again and again until it says `done` or
 * `failed`; between two calls only `memory` is kept, so a crash of the host costs nothing.
 */
export interface Control {
  describe(): Description;
  /** Throws Failure, as a plain object. */
  step(input: StepInput): StepOutput;
}
