// The form of a plugin: each field is its JSON Schema (2020-12), its default, and how its value is read.

import { Failure } from './failure.js';
import { type Json, type JsonObject, isObject, pointer } from './json.js';
import { SecretRef } from './secret.js';

export interface Field<T> {
  readonly schema: JsonObject;
  /** What the form starts from; undefined only where somebody must fill it in. */
  readonly start: Json | undefined;
  /** The value as the plugin sees it. `where` is a JSON Pointer to it. */
  read(json: Json, where: string): T;
}

/** What a field's value is: `type Values = Of<typeof values>`. */
export type Of<F> = F extends Field<infer T> ? T : never;

/** What people read of a field, and what it is for. */
export interface Words {
  title?: string;
  description?: string;
  /** What the field is for, where Slipway knows it. */
  role?: 'image' | 'replicas' | 'host';
  /** Hidden at first. */
  advanced?: boolean;
  /** Stands behind its number. */
  unit?: string;
}

export interface TextLimits {
  minLength?: number;
  maxLength?: number;
  /** A regular expression that fits both JSON Schema and people who have to meet it. */
  pattern?: string;
}

export interface NumberLimits {
  minimum?: number;
  maximum?: number;
}

/** A line of text. */
export function text(asked: Words & TextLimits & { default: string }): Field<string> {
  return plain('string', asked, (it) => typeof it === 'string');
}

/** A whole number. */
export function integer(asked: Words & NumberLimits & { default: number }): Field<number> {
  return plain('integer', asked, Number.isInteger);
}

/** A number. */
export function number(asked: Words & NumberLimits & { default: number }): Field<number> {
  return plain('number', asked, (it) => typeof it === 'number');
}

/** Yes or no. */
export function boolean(asked: Words & { default: boolean }): Field<boolean> {
  return plain('boolean', asked, (it) => typeof it === 'boolean');
}

/** One of a few words. */
export function choice<const T extends string>(
  words: readonly T[],
  asked: Words & { default: NoInfer<T> },
): Field<T> {
  const { schema, start, read } = plain<T>('string', asked, (it) => words.includes(it as T));
  return { schema: { ...schema, enum: [...words] }, start, read };
}

/** Text that nobody reads back; it must be filled in, unless it is `optional`. */
export function secret(asked: Words & TextLimits = {}): Field<SecretRef> {
  const kind = { type: 'string', format: 'password', writeOnly: true, minLength: 1 };
  return { schema: { ...kind, ...described(asked) }, start: undefined, read: (json) => SecretRef.read(json) };
}

/** A field that may be left empty: null, then. */
export function optional<T>(field: Field<T>): Field<T | null> {
  const { type, enum: words, ...rest } = field.schema;
  const schema: JsonObject = { ...rest, type: [type ?? null, 'null'], default: null };
  if (Array.isArray(words)) schema['enum'] = [...words, null];
  return { schema, start: null, read: (json, where) => (json === null ? null : field.read(json, where)) };
}

/** Any number of entries; none at first. */
export function list<T>(items: Field<T>, asked: Words & { maxItems?: number } = {}): Field<T[]> {
  const schema = { type: 'array', items: items.schema, default: [], ...described(asked) };
  const read = (json: Json, where: string): T[] => {
    if (!Array.isArray(json)) throw misfit(where);
    return json.map((it, index) => items.read(it, where + pointer(String(index))));
  };
  return { schema, start: [], read };
}

/** Any number of entries by name; none at first. */
export function map<T>(entries: Field<T>, asked: Words = {}): Field<Record<string, T>> {
  const schema = { type: 'object', additionalProperties: entries.schema, default: {}, ...described(asked) };
  const read = (json: Json, where: string): Record<string, T> => {
    if (!isObject(json)) throw misfit(where);
    const read = Object.entries(json).map(
      ([name, it]) => [name, entries.read(it, where + pointer(name))] as const,
    );
    return Object.fromEntries(read);
  };
  return { schema, start: {}, read };
}

type Fields = Readonly<Record<string, Field<unknown>>>;

/** Fields together, in the order of the form. The whole form is one of these. */
export function object<F extends Fields>(fields: F, asked: Words = {}): Field<{ [name in keyof F]: Of<F[name]> }> {
  const all = Object.entries(fields);
  const properties = all.map(([name, field], index) => [name, numbered(field.schema, index + 1)] as const);
  const required = all.filter(([, field]) => field.start === undefined).map(([name]) => name);
  const schema: JsonObject = {
    type: 'object',
    properties: Object.fromEntries(properties),
    additionalProperties: false,
    ...(required.length > 0 ? { required } : {}),
    ...described(asked),
  };
  const start = Object.fromEntries(all.map(([name, field]) => [name, field.start ?? null]));
  const read = (json: Json, where: string): { [name in keyof F]: Of<F[name]> } => {
    if (!isObject(json)) throw misfit(where);
    const value = (name: string, field: Field<unknown>) =>
      field.read(json[name] ?? field.start ?? null, where + pointer(name));
    const read = all.map(([name, field]) => [name, value(name, field)]);
    return Object.fromEntries(read) as { [name in keyof F]: Of<F[name]> };
  };
  return { schema, start, read };
}

function plain<T extends Json>(
  type: string,
  asked: Words & { default: T },
  fits: (json: Json) => boolean,
): Field<T> {
  const read = (json: Json, where: string): T => {
    if (!fits(json)) throw misfit(where);
    return json as T;
  };
  return { schema: { type, ...described(asked) }, start: asked.default, read };
}

/** Words of ours go into `x-slipway`; all others are JSON Schema's own. */
function described(asked: Words): JsonObject {
  const { role, advanced, unit, ...rest } = asked;
  const ours = Object.entries({ role, advanced, unit }).filter(([, it]) => it !== undefined);
  const slipway = ours.length > 0 ? { 'x-slipway': Object.fromEntries(ours) as JsonObject } : {};
  return { ...(rest as JsonObject), ...slipway };
}

/** Many readers of JSON lose the order of properties. */
function numbered(schema: JsonObject, order: number): JsonObject {
  const words = schema['x-slipway'];
  return { ...schema, 'x-slipway': { ...(isObject(words) ? words : {}), order } };
}

/** The host checks values by the schema first, so a mismatch means that somebody called without it. */
function misfit(where: string): Failure {
  return Failure.invalid('The value does not fit the form.').at(where);
}
