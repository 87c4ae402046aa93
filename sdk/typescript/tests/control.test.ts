// What a step of a control plugin can be asked, and what its decision becomes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { About, Decision, Failure, type JsonObject, Step, at, control, form, previewHost } from 'slipway-sdk';
import * as testing from 'slipway-sdk/testing';

const plugin = control({
  about: new About('Plain', 'Does nothing.'),
  options: form.object({ seconds: form.integer({ default: 600 }) }),
  operations: ['create'],
  step: () => Decision.done(),
});

function object(apiVersion: string, kind: string, name: string, spec: JsonObject = {}): JsonObject {
  return { apiVersion, kind, metadata: { name }, spec };
}

const workload = object('apps/v1', 'Deployment', 'web', { template: { spec: {} } });
const first = testing.step(plugin, 'create', [workload]);
const with_ = (parts: Partial<typeof first>) => new Step({ ...first, ...parts });

test('an object is found in whatever version of its group', () => {
  const old = testing.observed(object('apps/v1beta1', 'Deployment', 'web'), 'healthy', 'Available');
  assert.equal(with_({ observed: [old] }).observedOf(workload), old);
  const other = testing.observed(object('other/v1', 'Deployment', 'web'), 'healthy', 'Available');
  assert.equal(with_({ observed: [other] }).observedOf(workload), undefined);
});

test('trouble is told in the words of the pod that cannot start', () => {
  assert.equal(first.trouble([workload]), 'Deployment web is being made.');
  const pod = testing.observed(object('v1', 'Pod', 'web-1'), 'degraded', 'CrashLoop');
  const progressing = testing.observed(workload, 'progressing', 'Updating');
  const words = with_({ observed: [pod, progressing] }).trouble([workload]);
  assert.equal(words, 'Deployment web: It is Updating. Pod web-1: It is CrashLoop.');
  const suspended = testing.observed(workload, 'suspended', 'Paused');
  assert.equal(with_({ observed: [suspended] }).trouble([workload]), null);
});

test('an address is not waited for without end', () => {
  const ingress = object('networking.k8s.io/v1', 'Ingress', 'web', { rules: [{ host: 'a.example' }, {}] });
  const observed = [testing.observed(ingress, 'progressing', 'NoAddress')];
  assert.equal(with_({ observed }).trouble([ingress]), 'Ingress web: It is NoAddress.');
  const nowUnixMilliseconds = first.startedUnixMilliseconds + 10_000;
  assert.equal(with_({ observed, nowUnixMilliseconds }).trouble([ingress]), null);
  assert.deepEqual(first.links([ingress, workload]), [{ name: 'a.example', url: 'http://a.example:8080/' }]);
});

test('a restart marks the pods anew, and everything else keeps the mark that is there', () => {
  const mark = '/spec/template/metadata/annotations/slipway.dev~1restarted-at';
  assert.equal(at(first.marked(workload), mark), undefined);
  const marked = with_({ operation: 'restart' }).marked(workload);
  assert.equal(at(marked, mark), '1000000');
  const observed = [testing.observed(marked, 'healthy', 'Available')];
  assert.equal(at(with_({ observed, startedUnixMilliseconds: 5 }).marked(workload), mark), '1000000');
  const job = { ...workload, kind: 'Job' };
  assert.equal(with_({ operation: 'heal' }).marked(job), job);
});

test('a deadline that has passed says what to do next', () => {
  assert.match(first.tooLate(600, 'Why.').advice ?? '', /try again/);
  assert.match(with_({ previous: [workload] }).tooLate(600, 'Why.').advice ?? '', /^Roll back/);
});

test('a task that has failed is not waited for', () => {
  const job = object('batch/v1', 'Job', 'import', { template: { spec: {} } });
  const ended = (health: 'degraded' | 'progressing') =>
    with_({ observed: [testing.observed(job, health, 'Error')] }).endedBadly([workload, job]);
  assert.equal(ended('progressing'), null);
  assert.equal(ended('degraded')?.code, 'job-failed');
  assert.match(ended('degraded')?.message ?? '', /^Job import: It is Error\./);
  const stuck = testing.observed(workload, 'degraded', 'CrashLoop');
  assert.equal(with_({ observed: [stuck] }).endedBadly([workload, job]), null);
});

test('a decision is what the contract wants', () => {
  const ref = { apiVersion: 'v1', kind: 'Pod', name: 'a' };
  const decision = Decision.failed(Failure.invalid('No.').at('/a'))
    .applying([workload])
    .keeping([ref])
    .removing([ref])
    .remembering({ seen: 1 })
    .recheckAfter(1e12)
    .note('One.')
    .linking([{ name: 'a', url: 'http://a/' }]);
  assert.deepEqual(decision.toOutput(), {
    outcome: { tag: 'failed', val: { code: 'invalid-values', message: 'No.', field: '/a', hint: null } },
    apply: [JSON.stringify(workload)],
    keep: [ref],
    remove: [ref],
    memory: '{"seen":1}',
    recheckAfterMilliseconds: 4_294_967_295,
    notes: ['One.'],
    links: [{ name: 'a', url: 'http://a/' }],
  });
});

test('the host of a preview stands beside the host', () => {
  assert.equal(previewHost('web.shop.example'), 'web--preview.shop.example');
  assert.equal(previewHost('web'), 'web--preview');
});
