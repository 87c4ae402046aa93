// The update checker without WebAssembly, against a registry of a few tags.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as testing from 'slipway-sdk/testing';

import newestTag from '../src/main.js';

function checked(current: string, policy: object, ...tags: string[]) {
  const subject = { kind: 'image', current, currentDigest: null, skipped: ['1.9.9'], nowUnixMilliseconds: 0 };
  const registry = { tags: () => tags, resolve: (reference: string) => `sha256:${reference}` };
  return testing.withRegistry(registry, () => newestTag.check(subject, testing.values(newestTag.policy, policy)));
}

test('the highest version wins, and not the last in the alphabet', () => {
  const found = checked('r.example:5000/app:1.2.0', {}, '1.9.0', '1.10.0', 'latest', '2.0.0', '1.9.9');
  assert.equal(found?.reference, 'r.example:5000/app:1.10.0');
  assert.equal(found?.digest, 'sha256:r.example:5000/app:1.10.0');
});

test('another major version is taken where that is allowed', () => {
  assert.equal(checked('app:1.2.0', { range: 'any' }, '1.9.0', '2.0.0')?.reference, 'app:2.0.0');
});

test('what is skipped or older is no update', () => {
  assert.equal(checked('app:1.2.0', {}, '1.9.9', '1.1.0', '1.2.0', '1.3.0-rc.1'), null);
});

test('a tag that is no version is told', () => {
  assert.throws(() => checked('app', {}, '1.0.0'), { code: 'not-a-version' });
});

test('what the registry says no to is passed on', () => {
  const subject = { kind: 'image', current: 'a:1.0.0', currentDigest: null, skipped: [], nowUnixMilliseconds: 0 };
  const policy = testing.values(newestTag.policy);
  assert.throws(() => testing.withRegistry({}, () => newestTag.check(subject, policy)), { code: 'not-found' });
});
