// The blueprint without WebAssembly: values in, objects out.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Facts, at } from 'slipway-sdk';
import * as testing from 'slipway-sdk/testing';

import notes from '../src/main.js';

function render(filledIn: object, app = testing.app(), facts = testing.facts()) {
  return notes.render(app, testing.values(notes.values, filledIn), facts);
}

const CONTAINER = '/spec/template/spec/containers/0';

test('the defaults make a page, a deployment, a service and an ingress', () => {
  const objects = render({});
  assert.deepEqual(
    [...objects].map((it) => it['kind']),
    ['ConfigMap', 'Deployment', 'Service', 'Ingress'],
  );
  const deployment = objects.find('Deployment', 'web');
  assert.equal(at(deployment, `${CONTAINER}/image`), 'slipway.local/hello-app:1.0.0');
  assert.equal(at(objects.find('Ingress', 'web'), '/spec/rules/0/host'), 'web.shop.localhost');
});

test('an app without hosts has no ingress', () => {
  assert.equal(render({}, { ...testing.app(), hosts: [] }).find('Ingress', 'web'), undefined);
});

test('a changed note changes the pods', () => {
  const template = (note: string) =>
    at(render({ notes: { a: note } }).find('Deployment', 'web'), '/spec/template');
  assert.deepEqual(template('one'), template('one'));
  assert.notDeepEqual(template('one'), template('two'));
});

test('the password reaches the program by reference', () => {
  const password = testing.secret('password');
  const env = at(render({ password }).find('Deployment', 'web'), `${CONTAINER}/env`);
  assert.ok(Array.isArray(env));
  const variable = env.find((it) => at(it, '/name') === 'ACCESS_CODE');
  assert.deepEqual(at(variable, '/valueFrom'), password.source());
});

test('a cluster of containers asks for an image', () => {
  const containers = new Facts({ runtime: 'containers' });
  assert.throws(() => render({}, testing.app(), containers), { code: 'invalid-values', field: '/image' });
  const deployment = render({ image: 'a.example/notes:1' }, testing.app(), containers).find('Deployment', 'web');
  assert.equal(at(deployment, `${CONTAINER}/image`), 'a.example/notes:1');
});

test('a note without a name is told at its place', () => {
  const values = testing.values(notes.values, { notes: { ' ': 'x', a: 'y' } });
  const found = notes.check?.(testing.app(), values, testing.facts()) ?? [];
  assert.deepEqual(
    found.map((it) => it.field),
    ['/notes/ '],
  );
});
