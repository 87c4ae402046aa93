// What every plugin says of itself, whichever it is.

import type { About } from './about.js';
import type { Field } from './form.js';

/** Name and version, from the package's own `package.json`. */
export interface Identity {
  name: string;
  version: string;
}

/** What the build tool must know of a plugin before it can make a component of it. */
export interface Plugin {
  readonly world: 'blueprint' | 'control' | 'update-checker';
  readonly about: About;
  /** What it wants to be granted: `group/Kind`, or `Kind` in the core group. */
  readonly kinds: readonly string[];
  /** The interfaces of the contract, by their names as JavaScript has them. */
  exports(identity: Identity): Exported;
}

/** Functions by interface. */
export type Exported = Record<string, object>;

/** The fields of a description that are the same in all worlds. */
export function described(about: About, { name, version }: Identity) {
  return { name, version, ...about.fields() };
}

export function schemaOf(form: Field<unknown>): string {
  return JSON.stringify(form.schema);
}

export function defaultsOf(form: Field<unknown>): string {
  return JSON.stringify(form.start);
}
