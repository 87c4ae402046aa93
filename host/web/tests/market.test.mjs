// What is offered, shared and followed: where it is in the app, and what it is called.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runnerImport } from 'vite';

const { module } = await runnerImport(new URL('../src/lib/market.ts', import.meta.url).pathname, { configFile: false, logLevel: 'error' });
const { blueprintAt, categoriesOf, homeOf, isWeb, lastPart, newAppAt, nextVersion, offerAt, offersQuery, signedWord, usedWord, whenceWord, withAsked } = module;

test('a name with a slash is one part of an address', () => {
  assert.equal(blueprintAt('other', 'shop/greeter'), '/projects/other/blueprints/shop%2Fgreeter');
  assert.equal(newAppAt('other', 'shop/greeter'), '/projects/other/new/shop%2Fgreeter');
  assert.equal(newAppAt('other', 'hello-web'), '/projects/other/new/hello-web');
  assert.equal(offerAt('ghcr.io/team/notes'), '/marketplace/offer?repository=ghcr.io%2Fteam%2Fnotes');
  assert.equal(lastPart('shop/greeter'), 'greeter');
  assert.equal(lastPart('hello-web'), 'hello-web');
});

test('a link changes one word of the address and keeps the others', () => {
  assert.equal(withAsked('?q=a+b&category=office', 'category', 'database'), '?q=a+b&category=database');
  assert.equal(withAsked('?category=office', 'category', ''), '?');
});

test('the API is asked for what the address says, and for nothing else', () => {
  assert.equal(offersQuery('', null), '');
  assert.equal(offersQuery('?q=+&tab=x', null), '');
  assert.equal(offersQuery('?source=here&q= a&b ', null), '?q=a&source=here');
  assert.equal(offersQuery('?q=a%26b', 'here/x y'), '?q=a%26b&cursor=here%2Fx+y');
});

test('uses here and elsewhere are one number', () => {
  assert.equal(usedWord({ usedHere: 0 }), 'not used yet');
  assert.equal(usedWord({ usedHere: 1, usedThere: null }), 'used once');
  assert.equal(usedWord({ usedHere: 1, usedThere: 1 }), 'used twice');
  assert.equal(usedWord({ usedHere: 2, usedThere: 40 }), 'used 42 times');
});

test('only keys that a rule names count as a signature by somebody', () => {
  assert.equal(signedWord({ signatures: 0, signedBy: [] }), 'nobody');
  assert.equal(signedWord({ signatures: 2, signedBy: [] }), 'somebody that no rule here names');
  assert.equal(signedWord({ signatures: 1, signedBy: [{ key: 'ab12', trustedFor: ['ghcr.io/team', '*'] }] }), 'key ab12, trusted for ghcr.io/team and *');
});

test('it is said where a blueprint is from, unless every project has it', () => {
  assert.equal(whenceWord('instance', 'hello-web'), '');
  assert.equal(whenceWord('project', 'shop/greeter'), 'made in this project');
  assert.equal(whenceWord('subscription', 'shop/greeter'), 'followed, of the project shop');
});

test('a repository of a project here is told from every other', () => {
  assert.deepEqual(homeOf('slipway.local/shop/blueprints/greeter'), { project: 'shop', name: 'greeter' });
  for (const other of ['ghcr.io/shop/blueprints/greeter', 'slipway.local/shop/notes', 'slipway.local/shop/blueprints/a/b', 'slipway.local/shop/blueprints/', '']) {
    assert.equal(homeOf(other), null, other);
  }
});

test('what a stranger wrote is a link only where it leads to the web', () => {
  assert.ok(isWeb('https://git.example.org/notes'));
  for (const other of ['javascript:alert(1)', 'data:text/html,x', ' https://x', 'git.example.org', '']) assert.equal(isWeb(other), false, other);
});

test('the next version of a blueprint is a newer one', () => {
  assert.equal(nextVersion('1.0.0'), '1.1.0');
  assert.equal(nextVersion('0.9.7-rc.1'), '0.10.0');
  assert.equal(nextVersion('latest'), '1.0.0');
});

test('categories are written with commas or without', () => {
  assert.deepEqual(categoriesOf(' Office, notes  office,'), ['office', 'notes']);
  assert.deepEqual(categoriesOf(''), []);
});
