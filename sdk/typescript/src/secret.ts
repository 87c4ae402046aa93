// Secrets of a form: people fill in text, and a blueprint sees only where the cluster keeps it.

import { type Json, type JsonObject, textAt } from './json.js';

/**
 * A value that nobody reads back: a reference into the Secret that the host keeps for the deployment, with another key
 * for each text. A pod template that names it changes, and its pods are replaced, when somebody changes the text.
 */
export class SecretRef {
  readonly name: string;
  /** The entry of the Secret. */
  readonly key: string;

  /** A reference; two empty texts before somebody filled it in, which `render` never sees of a field that must be. */
  constructor(name: string, key: string) {
    this.name = name;
    this.key = key;
  }

  static read(json: Json): SecretRef {
    return new SecretRef(textAt(json, '/secretKeyRef/name'), textAt(json, '/secretKeyRef/key'));
  }

  /** What belongs behind `valueFrom`; null before somebody filled it in. */
  source(): JsonObject | null {
    return this.name === '' ? null : { secretKeyRef: { name: this.name, key: this.key } };
  }

  toJSON(): JsonObject | null {
    return this.source();
  }
}
