// The form: what its JSON Schema says, what it starts from, and what a plugin reads of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, SecretRef, at, form } from 'slipway-sdk';
import * as testing from 'slipway-sdk/testing';

const inner = form.object({ second: form.integer({ default: 2 }), first: form.boolean({ default: true }) });
const outer = form.object({
  zebra: form.text({ title: 'Zebra', default: 'z', minLength: 1 }),
  ape: form.text({ role: 'image', default: 'a' }),
  password: form.secret(),
  token: form.optional(form.secret({ minLength: 8 })),
  more: form.map(form.secret()),
  colour: form.choice(['red', 'green'], { default: 'red' }),
  shade: form.optional(form.choice(['light', 'dark'], { default: 'light' })),
  list: form.list(form.number({ default: 0, unit: 'ms' })),
  inner,
});

type Values = form.Of<typeof outer>;

test('properties keep the order of the fields, and words of ours stand in x-slipway', () => {
  const said = (pointer: string): Json | undefined => at(outer.schema, pointer);
  assert.deepEqual(said('/properties/zebra'), {
    type: 'string',
    title: 'Zebra',
    default: 'z',
    minLength: 1,
    'x-slipway': { order: 1 },
  });
  assert.deepEqual(said('/properties/ape/x-slipway'), { role: 'image', order: 2 });
  assert.deepEqual(said('/properties/list/items/x-slipway'), { unit: 'ms' });
  assert.deepEqual(said('/properties/inner/properties/second/x-slipway'), { order: 1 });
  assert.deepEqual(said('/properties/shade/enum'), ['light', 'dark', null]);
  assert.equal(said('/additionalProperties'), false);
});

test('only a secret that is not optional must be filled in', () => {
  const secret = { type: 'string', format: 'password', writeOnly: true, minLength: 1 };
  assert.deepEqual(at(outer.schema, '/required'), ['password']);
  assert.deepEqual(at(outer.schema, '/properties/password'), { ...secret, 'x-slipway': { order: 3 } });
  assert.deepEqual(at(outer.schema, '/properties/token/type'), ['string', 'null']);
  assert.equal(at(outer.schema, '/properties/token/minLength'), 8);
  assert.deepEqual(at(outer.schema, '/properties/more/additionalProperties'), secret);
});

test('the form starts from the defaults, and holds no secret', () => {
  assert.deepEqual(outer.start, {
    zebra: 'z',
    ape: 'a',
    password: null,
    token: null,
    more: {},
    colour: 'red',
    shade: null,
    list: [],
    inner: { second: 2, first: true },
  });
});

test('what is left out is read as its default, and secrets as references', () => {
  const read: Values = testing.values(outer, { password: testing.secret('password'), inner: { second: 3 } });
  assert.equal(read.zebra, 'z');
  assert.deepEqual(read.inner, { second: 3, first: true });
  assert.ok(read.password instanceof SecretRef);
  assert.equal(read.password.key, 'password.1');
  assert.equal(read.token, null);
  assert.equal(testing.values(outer).password.source(), null);
});

test('a value of another kind is told at its place', () => {
  const wrong: [object, string][] = [
    [{ zebra: 1 }, '/zebra'],
    [{ inner: { first: 'yes' } }, '/inner/first'],
    [{ list: [1, 'two'] }, '/list/1'],
    [{ colour: 'blue' }, '/colour'],
    [{ more: [] }, '/more'],
  ];
  for (const [values, field] of wrong) {
    assert.throws(() => testing.values(outer, values), { code: 'invalid-values', field });
  }
});
