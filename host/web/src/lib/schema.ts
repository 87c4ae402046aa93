// What a form needs of a JSON Schema: its fields in order, with their kinds.
import type { Values } from './api';

export type Schema = {
  type?: string | string[];
  title?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  enum?: unknown[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  /** A secret: text goes to the server, and a reference comes back. */
  writeOnly?: boolean;
  $ref?: string;
  $defs?: Record<string, Schema>;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  additionalProperties?: boolean | Schema;
  'x-slipway'?: Hints;
};

/** What a blueprint's author says of a field beside its type; see `values-schema` in wit/v1. */
export type Hints = { order?: number; role?: string; advanced?: boolean; unit?: string };

export type Kind = 'text' | 'secret' | 'number' | 'integer' | 'boolean' | 'choice' | 'group' | 'pairs' | 'json';

/** The schema behind a `$ref` within the document, and behind an optional value. */
export function resolve(schema: Schema, root: Schema): Schema {
  if (schema.$ref?.startsWith('#/$defs/')) {
    const found = root.$defs?.[schema.$ref.slice('#/$defs/'.length)];
    if (found) return resolve({ ...found, ...without(schema) }, root);
  }
  const choices = (schema.anyOf ?? schema.oneOf ?? schema.allOf ?? []).filter((it) => it.type !== 'null');
  if (choices.length === 1 && choices[0]) {
    const { anyOf: _a, oneOf: _o, allOf: _l, ...own } = schema;
    return resolve({ ...choices[0], ...own }, root);
  }
  return schema;
}

function without(schema: Schema): Schema {
  const { $ref: _, ...rest } = schema;
  return rest;
}

export function kindOf(schema: Schema): Kind {
  if (schema.writeOnly) return 'secret';
  if (schema.enum) return 'choice';
  const types = Array.isArray(schema.type) ? schema.type.filter((it) => it !== 'null') : [schema.type];
  switch (types[0]) {
    case 'string':
      return 'text';
    case 'integer':
      return 'integer';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'object':
      if (schema.properties) return 'group';
      return isObject(schema.additionalProperties) && schema.additionalProperties.type === 'string' ? 'pairs' : 'json';
    default:
      return 'json';
  }
}

/** The parts of `values` that differ from `base`, as a merge patch (RFC 7396). */
export function patch(base: Values, values: Values): Values {
  const changed: Values = {};
  for (const key of new Set([...Object.keys(base), ...Object.keys(values)])) {
    const before = base[key];
    const after = values[key];
    if (JSON.stringify(before) === JSON.stringify(after)) continue;
    if (isObject(before) && isObject(after)) changed[key] = patch(before, after);
    else changed[key] = after === undefined ? null : after;
  }
  return changed;
}

export function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
