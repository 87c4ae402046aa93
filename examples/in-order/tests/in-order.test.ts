// The control plugin without WebAssembly: one step at a time.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigMap, Container, Deployment, Pod, Service, Step } from 'slipway-sdk';
import * as testing from 'slipway-sdk/testing';

import inOrder from '../src/main.js';

const settings = new ConfigMap('web').toJSON();
const deployment = new Deployment('web', new Pod(new Container('web', 'a.example/web:1'))).toJSON();
const service = new Service('web').port(80, 'http').toJSON();
const desired = [service, deployment, settings];

const first = testing.step(inOrder, 'create', desired);
const kinds = (step: typeof first) => inOrder.step(step).parts.apply.map((it) => it['kind']);

test('a stage is applied once the one before is healthy', () => {
  assert.deepEqual(kinds(first), ['ConfigMap']);
  const observed = [testing.observed(settings, 'healthy', 'Exists')];
  assert.deepEqual(kinds(new Step({ ...first, observed })), ['ConfigMap', 'Deployment']);
  observed.push(testing.observed(deployment, 'healthy', 'Available'));
  assert.deepEqual(kinds(new Step({ ...first, observed })), ['ConfigMap', 'Deployment', 'Service']);
  observed.push(testing.observed(service, 'healthy', 'Exists'));
  assert.equal(inOrder.step(new Step({ ...first, observed })).parts.outcome.tag, 'done');
});

test('a deadline that has passed is a failure', () => {
  const late = new Step({ ...first, nowUnixMilliseconds: first.startedUnixMilliseconds + 600_000 });
  assert.equal(inOrder.step(late).parts.outcome.tag, 'failed');
});

test('only a cleanup removes volumes', () => {
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'notes' } };
  const observed = [testing.observed(claim, 'healthy', 'Bound')];
  const removed = (operation: string) =>
    inOrder.step(new Step({ ...testing.step(inOrder, operation, []), observed })).parts.remove.length;
  assert.equal(removed('cleanup'), 1);
  assert.equal(removed('archive'), 0);
});
