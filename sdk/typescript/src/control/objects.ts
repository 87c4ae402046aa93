// Finding one's way among the objects of a step.

import type { ObjectRef } from '../contract/types.js';
import { type JsonObject, textAt } from '../json.js';

/** Kind and name of an object. */
export function reference(object: JsonObject): ObjectRef {
  return {
    apiVersion: textAt(object, '/apiVersion'),
    kind: textAt(object, '/kind'),
    name: textAt(object, '/metadata/name'),
  };
}

/** Group, kind and name: one object may be asked for in several versions of its group. */
export function same(one: ObjectRef, other: ObjectRef): boolean {
  return one.kind === other.kind && one.name === other.name && group(one) === group(other);
}

function group({ apiVersion }: ObjectRef): string {
  return apiVersion.slice(0, Math.max(apiVersion.lastIndexOf('/'), 0));
}

/** `Deployment web`. */
export function title(object: JsonObject): string {
  return `${textAt(object, '/kind')} ${textAt(object, '/metadata/name')}`;
}

/**
 * The host name of a preview: `web.shop.example` becomes `web--preview.shop.example`. The host lets a deployment answer
 * there as well as at its own names, and no other deployment can be called so.
 */
export function previewHost(host: string): string {
  const dot = host.indexOf('.');
  return dot < 0 ? `${host}--preview` : `${host.slice(0, dot)}--preview${host.slice(dot)}`;
}
