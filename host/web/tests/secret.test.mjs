// Secrets as people see them: by the revision that set them, never as text.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runnerImport } from 'vite';

const { module } = await runnerImport(new URL('../src/lib/secret.ts', import.meta.url).pathname, { configFile: false, logLevel: 'error' });
const { revisionOf, shown } = module;
const reference = { secretKeyRef: { name: 'web.secrets.slipway.dev', key: 'database.password.12' } };

test('a reference tells the revision that set it, and nothing else does', () => {
  assert.equal(revisionOf(reference), '12');
  for (const other of [undefined, null, 'text', {}, { secretKeyRef: 'x' }, { secretKeyRef: {} }, []]) assert.equal(revisionOf(other), null);
});

test('a difference shows words for a reference, in a map too', () => {
  assert.equal(shown(reference), 'secret, set in revision 12');
  assert.equal(shown({ TOKEN: reference, A: 1 }), '{"TOKEN":"secret, set in revision 12","A":1}');
  assert.equal(shown('text'), 'text');
});
