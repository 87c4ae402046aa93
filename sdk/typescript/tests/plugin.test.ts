// What a plugin exports to its host: descriptions, optional pieces, failures as answers, everything else as a crash.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { About, Facts, Failure, Objects, blueprint, form, registry } from 'slipway-sdk';
import { connect } from 'slipway-sdk/guest';
import * as testing from 'slipway-sdk/testing';

import type * as contract from '../src/contract/blueprint.js';
import type * as optional from '../src/contract/config-check.js';

const identity = { name: 'probe', version: '1.2.3' };
const about = new About('Probe', 'For tests.')
  .docs('# Probe')
  .icon('<svg/>')
  .extra('categories', ['a'])
  .healthRules([]);
const values = form.object({ mode: form.text({ default: 'fine' }) });

const probe = blueprint({
  about,
  values,
  kinds: ['Service'],
  check: () => [Failure.invalid('No.').at('/mode').hint('Do.')],
  render(_app, { mode }) {
    if (mode === 'refuse') throw Failure.invalid('No.').at('/mode').hint('Do.');
    if (mode === 'crash') throw new TypeError('broken');
    return new Objects().with({ kind: mode });
  },
});

const answered = { code: 'invalid-values', message: 'No.', field: '/mode', hint: 'Do.' };

function exported(mode: string) {
  const { blueprint, configCheck, ...rest } = probe.exports(identity) as {
    blueprint: contract.Blueprint;
    configCheck: optional.ConfigCheck;
  };
  const input = { app: testing.app(), values: JSON.stringify({ mode }), facts: '{}' };
  return { blueprint, configCheck, rest, input };
}

test('a description holds what is said of the plugin, under its name and version', () => {
  const { valuesSchema, ...rest } = exported('').blueprint.describe();
  assert.deepEqual(rest, {
    ...identity,
    title: 'Probe',
    summary: 'For tests.',
    docs: '# Probe',
    icon: '<svg/>',
    extra: '{"categories":["a"],"healthRules":[]}',
    defaultValues: '{"mode":"fine"}',
  });
  assert.deepEqual(JSON.parse(valuesSchema), values.schema);
});

test('only the optional pieces that are there are exported', () => {
  assert.deepEqual(exported('').rest, {});
  const bare = blueprint({ about, values, kinds: [], render: () => new Objects() });
  assert.deepEqual(Object.keys(bare.exports(identity)), ['blueprint']);
  const full = { about, values, kinds: [], render: () => new Objects(), suggest: () => ['x'], migrate: () => 1 };
  assert.deepEqual(Object.keys(blueprint(full).exports(identity)), ['blueprint', 'migrate', 'suggest']);
});

test('a failure is thrown as the plain record that the contract wants', () => {
  const { blueprint, configCheck, input } = exported('refuse');
  assert.deepEqual(blueprint.render(exported('fine').input), ['{"kind":"fine"}']);
  assert.throws(() => blueprint.render(input), answered);
  assert.deepEqual(configCheck.check(input.app, input.values, input.facts), [answered]);
});

test('values that do not fit are an answer of the check, and no crash', () => {
  const { configCheck, input } = exported('');
  const [found] = configCheck.check(input.app, '{"mode": 1}', '{}');
  assert.equal(found?.field, '/mode');
});

test('any other error is logged with its stack and thrown on', () => {
  const { blueprint, input } = exported('crash');
  const lines: string[] = [];
  const before = connect({ log: { write: (level, message) => lines.push(`${level}: ${message}`) } });
  try {
    assert.throws(() => blueprint.render(input), { name: 'TypeError' });
  } finally {
    connect(before);
  }
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /^error: TypeError: broken\n(.*\n)*.*render/);
});

test('facts tell what they are asked for, if it is of that kind', () => {
  const facts = new Facts({ runtime: 'wasm', ingressPort: 443, ingressScheme: 'https' });
  assert.equal(facts.text('runtime'), 'wasm');
  assert.equal(facts.text('ingressPort'), undefined);
  assert.equal(facts.number('ingressPort'), 443);
  assert.equal(facts.url('a.example'), 'https://a.example/');
  assert.equal(new Facts({ ingressPort: 8080 }).url('a.example'), 'http://a.example:8080/');
  assert.equal(new Facts(null).url('a.example'), 'http://a.example/');
});

test('outside of a component there is no registry, and one of the test is gone after it', () => {
  assert.throws(() => registry.tags('a'), { name: 'Failure', code: 'unreachable' });
  const created = testing.withRegistry({ created: () => 5 }, () => registry.created('a'));
  assert.equal(created, 5);
  assert.throws(() => registry.created('a'), { code: 'unreachable' });
});
