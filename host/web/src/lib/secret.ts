// Secrets in values: the server gives references, never texts.
import { isObject } from './schema';

/** The number of the revision that set a secret, where a value is the reference to one. */
export function revisionOf(value: unknown): string | null {
  if (!isObject(value) || !isObject(value.secretKeyRef)) return null;
  const key = value.secretKeyRef.key;
  return typeof key === 'string' ? key.slice(key.lastIndexOf('.') + 1) : null;
}

/** A value of a difference as people read it. */
export function shown(value: unknown): string {
  const revision = revisionOf(value);
  if (revision !== null) return `secret, set in revision ${revision}`;
  return typeof value === 'string' ? value : JSON.stringify(value, (_, it) => (revisionOf(it) === null ? it : shown(it)));
}
