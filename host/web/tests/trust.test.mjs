// Installed plugins and the rules about their sources, in words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runnerImport } from 'vite';

const { module } = await runnerImport(new URL('../src/lib/trust.ts', import.meta.url).pathname, { configFile: false, logLevel: 'error' });
const { keysOf, originWord, placeWord, repositoryOf, ruleWord, sorted, stateOf } = module;

const plugin = (more) => ({ kind: 'blueprint', name: 'a', isCurrent: true, isAccepted: true, ...more });
const word = (more) => stateOf(plugin(more)).word;

test('the state that needs somebody is the one that is said', () => {
  assert.equal(word({}), 'In use');
  assert.equal(word({ barred: 'no rule lets it through' }), 'Not run');
  assert.equal(word({ isCurrent: false, isAccepted: false }), 'Waits for you');
  assert.equal(word({ isCurrent: false, isWithdrawn: true }), 'Withdrawn');
  assert.equal(word({ isCurrent: false }), 'Older version');
});

test('what calls for somebody comes first, and older versions stand apart', () => {
  const all = [
    plugin({ name: 'b' }), plugin({ name: 'old', isCurrent: false }), plugin({ kind: 'control', name: 'waits', isCurrent: false, isAccepted: false }),
    plugin({ name: 'a' }), plugin({ name: 'gone', isCurrent: false, isWithdrawn: true }),
  ];
  const { present, older } = sorted(all);
  assert.deepEqual(present.map((it) => it.name), ['waits', 'a', 'b', 'gone']);
  assert.deepEqual(older.map((it) => it.name), ['old']);
});

test('the offer of a plugin is found by what it was installed by', () => {
  assert.equal(repositoryOf('bundle'), null);
  assert.equal(repositoryOf('upload'), null);
  assert.equal(repositoryOf('ghcr.io/team/notes:1.2.0'), 'ghcr.io/team/notes');
  assert.equal(repositoryOf('localhost:5000/notes@sha256:ab'), 'localhost:5000/notes');
  assert.equal(repositoryOf('shop/blueprints/greeter@sha256:ab'), 'slipway.local/shop/blueprints/greeter');
  assert.equal(repositoryOf('slipway.local/shop/notes:1.0.0'), 'slipway.local/shop/notes');
  assert.equal(originWord('bundle'), 'came with Slipway');
  assert.equal(originWord('ghcr.io/team/notes:1.2.0'), 'ghcr.io/team/notes');
});

test('a rule says what is taken', () => {
  assert.equal(ruleWord({ keys: [], unsigned: false }), 'Nothing is taken.');
  assert.equal(ruleWord({ keys: [], unsigned: true }), 'Everything is taken, signed or not.');
  assert.equal(ruleWord({ keys: ['k'], unsigned: false }), 'What this key signed is taken.');
  assert.equal(ruleWord({ keys: ['k', 'l'], unsigned: false }), 'What one of these 2 keys signed is taken.');
  assert.equal(placeWord('*'), 'every other registry');
  assert.equal(placeWord('ghcr.io/team'), 'ghcr.io/team');
});

test('several keys are pasted one after the other', () => {
  const key = (text) => `-----BEGIN PUBLIC KEY-----\n${text}\n-----END PUBLIC KEY-----\n`;
  assert.deepEqual(keysOf(`${key('one')}\n  ${key('two')}`), [key('one'), key('two')]);
  assert.deepEqual(keysOf('no key'), []);
});
