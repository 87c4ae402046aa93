// What stands where in a form: data in, answer out. Vite reads the TypeScript, so that no test runner of its own is needed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runnerImport } from 'vite';

const { module } = await runnerImport(new URL('../src/lib/fields.ts', import.meta.url).pathname, { configFile: false, logLevel: 'error' });
const { atField, below, byPlace, differs, hasError, inOrder, parted, steps, titleAt } = module;

const at = (order, more = {}) => ({ type: 'string', 'x-slipway': { order, ...more } });
const keys = (entries) => entries.map((it) => it.key);
const order = (properties, root = {}) => keys(inOrder({ properties }, { properties, ...root }));

test('fields stand in the order of their numbers, whatever the document says', () => {
  assert.deepEqual(order({ ape: at(3), bee: at(1), cat: at(2) }), ['bee', 'cat', 'ape']);
  assert.deepEqual(order({ tenth: at(10), second: at(2) }), ['second', 'tenth']);
});

test('fields without a number follow, as they stand in the document', () => {
  assert.deepEqual(order({ zebra: {}, ape: {}, cat: at(1) }), ['cat', 'zebra', 'ape']);
  assert.deepEqual(order({ zebra: {}, ape: { 'x-slipway': { order: 'first' } } }), ['zebra', 'ape']);
  assert.deepEqual(order({ b: at(1), a: at(1) }), ['b', 'a']);
});

test('a number behind a reference counts', () => {
  assert.deepEqual(order({ late: at(2), early: { $ref: '#/$defs/early' } }, { $defs: { early: at(1) } }), ['early', 'late']);
});

test('advanced fields are folded away, in order', () => {
  const owner = { properties: { d: at(4, { advanced: true }), a: at(1), c: at(3, { advanced: true }), b: at(2) } };
  const { first, more } = parted(owner, owner);
  assert.deepEqual([keys(first), keys(more)], [['a', 'b'], ['c', 'd']]);
});

test('a form of advanced fields alone folds nothing', () => {
  const owner = { properties: { b: at(2, { advanced: true }), a: at(1, { advanced: true }) } };
  const { first, more } = parted(owner, owner);
  assert.deepEqual([keys(first), keys(more)], [['a', 'b'], []]);
});

test('values differ by what they hold and not by the order of their keys', () => {
  assert.equal(differs({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 }), false);
  assert.equal(differs({ a: 1 }, { a: 1, b: 2 }), true);
  assert.equal(differs([1, 2], [2, 1]), true);
  assert.equal(differs(8080, '8080'), true);
  assert.equal(differs({}, []), true);
});

test('an error in a part of a field is an error of the field, and of no other', () => {
  const errors = new Map([['/environment/A', 'no']]);
  assert.equal(hasError(errors, '/environment'), true);
  assert.equal(hasError(errors, '/env'), false);
});

const root = {
  properties: {
    port: { title: 'Port', ...at(2) },
    box: { title: 'Box', ...at(1), properties: { z: { title: 'Zed', ...at(1) }, a: at(2) } },
  },
};

test('a pointer is called by the titles on its way', () => {
  assert.equal(titleAt('/box/z', root), 'Box › Zed');
  assert.equal(titleAt('/box/a', root), 'Box › a');
  assert.equal(titleAt('/gone/from/it', root), 'gone › from › it');
  assert.equal(titleAt('/box/z', null), 'box › z');
});

test('pointers are sorted as the form shows them, unknown ones last', () => {
  assert.deepEqual(['/port', '/box/a', '/other', '/box/z'].sort(byPlace(root)), ['/box/z', '/box/a', '/port', '/other']);
});

test('a key with a slash comes back from its pointer', () => {
  assert.deepEqual(steps(below('/a', 'x/y~z')), ['a', 'x/y~z']);
});

test('the name of a field is not said twice at the field', () => {
  assert.equal(atField('/box/z', 'box.z: 0 is too small'), '0 is too small');
  assert.equal(atField('/name', '"Bad Name" cannot be a name'), '"Bad Name" cannot be a name');
});
