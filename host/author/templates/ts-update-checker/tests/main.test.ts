// The update checker without WebAssembly, against a registry of a few tags.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as testing from 'slipway-sdk/testing';

import plugin from '../src/main.js';

test('the newest tag of the prefix wins', () => {
  const current = 'r.example/app:v1';
  const subject = { kind: 'image', current, currentDigest: null, skipped: [], nowUnixMilliseconds: 0 };
  const registry = { tags: () => ['v1', 'v3', 'x9'], resolve: (reference: string) => `sha256:${reference}` };
  const policy = testing.values(plugin.policy, { prefix: 'v' });
  const found = testing.withRegistry(registry, () => plugin.check(subject, policy));
  assert.equal(found?.reference, 'r.example/app:v3');
});
