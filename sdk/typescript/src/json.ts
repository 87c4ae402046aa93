// JSON as TypeScript knows it, and finding one's way in it.

export type Json = null | boolean | number | string | Json[] | JsonObject;

export interface JsonObject {
  [name: string]: Json;
}

export function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** What a JSON Pointer (RFC 6901) points at; undefined where there is nothing. */
export function at(json: Json | undefined, pointer: string): Json | undefined {
  let here = json;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(here)) here = here[Number(name)];
    else if (isObject(here) && Object.hasOwn(here, name)) here = here[name];
    else return undefined;
  }
  return here;
}

/** The text there; empty where there is none. */
export function textAt(json: Json | undefined, pointer: string): string {
  const text = at(json, pointer);
  return typeof text === 'string' ? text : '';
}

/** A JSON Pointer to these names, one inside the other. */
export function pointer(...names: string[]): string {
  return names.map((it) => `/${it.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The same with these parts in it: objects are merged, everything else is replaced. Neither is changed. */
export function merged(json: JsonObject, parts: JsonObject): JsonObject {
  const all: JsonObject = { ...json };
  for (const [name, part] of Object.entries(parts)) {
    const old = all[name];
    all[name] = isObject(old) && isObject(part) ? merged(old, part) : part;
  }
  return all;
}

/** What the host sends is JSON; anything else counts as nothing said. */
export function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
