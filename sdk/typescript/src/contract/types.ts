// Generated from wit/ by `npm run generate`: slipway:types/types.

/** A JSON document as text (RFC 8259, UTF-8). */
export type Json = string;

/** An instant, in milliseconds since 1970-01-01T00:00:00Z. */
export type UnixMilliseconds = number;

/**
 * One Kubernetes object, complete with `apiVersion`, `kind` and `metadata.name`.
 * The namespace may be left out: the host sets it.
 */
export type Manifest = Json;

/** Why a plugin could not do what it was asked, in words for the person who asked. */
export interface Failure {
  /** A stable word to match on, in kebab-case: `invalid-values`, `unsupported-operation`, `image-not-found`, ... */
  code: string;
  /** What is wrong, as one sentence. */
  message: string;
  /** The value that it is about, as a JSON Pointer (RFC 6901) into the values, so that a form can show it there. */
  field: string | null;
  /** What to do next, as one sentence. */
  hint: string | null;
}

/** Names one object of the deployment's namespace. */
export interface ObjectRef {
  apiVersion: string;
  kind: string;
  name: string;
}

/** Whom and where a plugin works for. */
export interface App {
  project: string;
  name: string;
  namespace: string;
  /** Host names at which the app is to answer, the main one first; may be empty. */
  hosts: string[];
  /** The revision that is being brought live, counted from 1. */
  revision: number;
}

/** Argo CD's words for how an object is. */
export type Health = 'healthy' | 'progressing' | 'degraded' | 'suspended' | 'missing' | 'unknown';
