// src/contract is what wit/ says, and the worlds that the build tool offers are those of wit/.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { interfaces } from '../tool/contract/wit.js';
import { contract } from '../tool/contract.js';
import { CONTRACT } from '../tool/section.js';

test('the types of the contract are generated from wit/; after a change there: npm run generate', () => {
  const files = contract();
  assert.ok(files.has('blueprint.ts') && files.has('control.ts') && files.has('update-checker.ts'));
  for (const [name, text] of files) assert.equal(readFileSync(`src/contract/${name}`, 'utf8'), text, name);
});

test('the manifest names the version of the contract in wit/', () => {
  const worlds = readFileSync('../../wit/v1/worlds.wit', 'utf8');
  assert.match(worlds, new RegExp(`^package slipway:plugin@${CONTRACT};$`, 'm'));
});

test('what the reader does not know is refused, and not left out', () => {
  assert.throws(() => interfaces('package a:b@1.0.0; interface c { resource d; }'));
  assert.throws(() => interfaces('package a:b@1.0.0; interface c { flags d { e } }'));
});
