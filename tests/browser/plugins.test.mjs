// What an admin sees: sources of offers, installed plugins, and the rules about whose plugins are taken.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openStage } from './stage.mjs';

const binary = fileURLToPath(new URL('../../target/debug/slipway', import.meta.url));
let stage;
let host;
let page;
let index;

before(async () => {
  stage = await openStage();
  ({ host, page } = stage);
  await stage.settleWithApp();
  for (const [name, title] of [['greeter', 'Greeter'], ['open', 'Open greeter']]) {
    await stage.post('/projects/shop/deployments/web/blueprint', { name, title, version: '1.0.0' });
  }
});

after(async () => {
  index?.close();
  await stage?.close();
});

const button = (name) => page.getByRole('button', { name, exact: true });
const open = (path) => stage.open(path);
const shot = (name) => stage.picture(`plugins-${name}`);

test('a source is added after it could be read, and its offers come page by page', async () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const release = { version: '2.0.0', manifest: digest, publishedAt: '2026-11-01T00:00:00Z', changelog: 'Faster.' };
  const offer = (number) => ({
    repository: `ghcr.io/team/app-${number}`, kind: 'blueprint', name: `app-${number}`, title: `App ${number}`, summary: 'One of many.',
    categories: ['many'], sharedBy: 'team', source: 'javascript:alert(1)', releases: [release],
  });
  const document = JSON.stringify({ slipway: 1, title: 'Many', offers: Array.from({ length: 60 }, (_, at) => offer(at)) });
  index = createServer((_, answer) => answer.end(document));
  await new Promise((resolve) => index.listen(0, '127.0.0.1', resolve));
  await open('/marketplace');
  await page.getByLabel('Name of the source').fill('team');
  await page.getByLabel('Its place').fill('http://127.0.0.1:1/index.yaml');
  await button('Add the source').click();
  await page.getByRole('alert').waitFor();
  await shot('source-wrong');
  await page.getByLabel('Its place').fill(`http://127.0.0.1:${index.address().port}/index.yaml`);
  await button('Add the source').click();
  await page.getByRole('cell', { name: 'index on the web' }).waitFor();
  await page.getByLabel('Source', { exact: true }).selectOption('team');
  await page.getByText('50 of 60').waitFor();
  await button('More').click();
  await page.locator('main ul li').nth(59).waitFor();
  await button('Read again').click();
  await button('Read again').waitFor();
  await open('/marketplace?q=app-1+&source=team');
  await shot('list');
  await open('/marketplace/offer?repository=ghcr.io%2Fteam%2Fapp-1');
  assert.equal(await page.getByRole('link', { name: 'javascript' }).count(), 0, 'a stranger’s text is a link');
  await button('Install 2.0.0…').click();
  await page.getByRole('alert').waitFor();
  await shot('refused');
  await open('/marketplace');
  await button('Remove…').click();
  await button('Remove team').click();
  await page.getByRole('cell', { name: 'index on the web' }).waitFor({ state: 'detached' });
});

test('an admin sees all plugins, and accepts what waits after seeing what it asks', async () => {
  const accepted = [];
  await page.route('**/api/v1/plugins', async (route) => {
    const response = await route.fetch();
    const plugins = await response.json();
    const [first] = plugins;
    const waits = { ...first, digest: 'sha256:00', name: 'eager', title: 'Eager', version: '9.0.0', origin: 'ghcr.io/team/eager:9.0.0', isCurrent: false, isAccepted: accepted.length > 0, may: ['read everybody’s secrets'] };
    const barred = { ...first, digest: 'sha256:01', name: 'shady', title: 'Shady', origin: 'ghcr.io/shady/one:1.0.0', barred: 'no rule lets ghcr.io/shady through', newer: '1.2.0' };
    await route.fulfill({ response, json: [...plugins, waits, barred] });
  });
  await page.route('**/api/v1/plugins/*/accept', async (route) => {
    accepted.push(decodeURIComponent(new URL(route.request().url()).pathname));
    await route.fulfill({ json: {} });
  });
  await page.getByRole('link', { name: 'Plugins', exact: true }).first().click();
  const rows = page.getByRole('table', { name: 'Installed plugins' }).locator('tbody tr');
  await rows.filter({ hasText: 'came with Slipway' }).filter({ hasText: 'Hello web' }).filter({ hasText: 'In use' }).waitFor();
  await rows.filter({ hasText: 'slipway.local/shop/blueprints/greeter' }).first().waitFor();
  assert.match(await rows.filter({ hasText: 'Shady' }).textContent(), /Not run\s*No rule lets/);
  assert.equal(await page.getByRole('link', { name: '1.2.0 is there' }).getAttribute('href'), '/marketplace/offer?repository=ghcr.io%2Fshady%2Fone');
  await shot('plugins');
  await button('Accept…').click();
  await page.getByRole('dialog').getByText('read everybody’s secrets').waitFor();
  assert.deepEqual(accepted, []);
  await button('Accept it').click();
  await rows.filter({ hasText: 'Waits for you' }).waitFor({ state: 'detached' });
  assert.deepEqual(accepted, ['/api/v1/plugins/sha256:00/accept']);
  await page.unrouteAll();
});

test('rules say whose plugins are taken', async () => {
  await open('/plugins');
  await page.getByLabel('From', { exact: true }).fill('ghcr.io/team');
  await page.getByLabel('Public keys').fill('no key');
  await button('Set the rule').click();
  await page.getByRole('alert').waitFor();
  await shot('rule-wrong');
  await page.getByLabel('Public keys').fill('');
  await page.getByLabel('Take everything from there').check();
  await button('Set the rule').click();
  await page.getByRole('cell', { name: 'Everything is taken, signed or not.' }).waitFor();
  await button('Delete…').click();
  await button('Delete the rule').click();
  await page.getByRole('cell', { name: 'Everything is taken' }).waitFor({ state: 'detached' });
});

test('what a key of a rule signed is marked, and what it did not sign is not run', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-key-'));
  const answer = await page.request.post(`${host.url}/api/v1/tokens`, { data: { name: 'signs', scope: 'deploy' }, headers: { origin: host.url } });
  const env = { ...process.env, HOME: folder, SLIPWAY_REGISTRY_PASSWORD: (await answer.json()).text };
  const slipway = (...words) => {
    const { status, stderr } = spawnSync(binary, ['plugin', ...words, '--config', join(folder, 'contexts')], { cwd: folder, env, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  };
  slipway('key', 'new', '--name', 'team');
  slipway('sign', `${new URL(host.url).host}/shop/blueprints/open:1.0.0`, '--key', 'team.key', '--username', 'ada');
  const key = readFileSync(join(folder, 'team.pub'), 'utf8');
  rmSync(folder, { recursive: true });
  await open('/marketplace?q=greeter');
  assert.equal(await page.getByText('✓ signed').count(), 0, 'a key that no rule names is nobody’s');
  await open('/plugins');
  await page.getByLabel('From', { exact: true }).fill('slipway.local');
  await page.getByLabel('Public keys').fill(key);
  await button('Set the rule').click();
  await page.getByRole('cell', { name: 'What this key signed is taken.' }).waitFor();
  await page.getByText('These installed plugins are not run now: ').waitFor();
  await page.getByRole('table', { name: 'Installed plugins' }).locator('tr', { hasText: 'Not run' }).filter({ hasText: 'Greeter' }).first().waitFor();
  await shot('barred');
  await open('/marketplace?q=greeter');
  const offers = page.locator('main ul > li');
  await offers.filter({ hasText: 'Open greeter' }).filter({ hasText: '✓ signed' }).waitFor();
  assert.equal(await offers.filter({ hasText: '✓ signed' }).count(), 1);
  await page.getByRole('link', { name: 'Open greeter' }).click();
  await page.getByRole('cell', { name: /^key [0-9a-f]{16}, trusted for slipway.local$/ }).waitFor();
  await shot('signed');
  await open('/plugins');
  await button('Delete…').click();
  await button('Delete the rule').click();
  await page.getByRole('table', { name: 'Installed plugins' }).locator('tr', { hasText: 'Not run' }).first().waitFor({ state: 'detached' });
});

test('no page is wider than a phone, in light and in dark', async () => {
  for (const [path, data] of [
    ['/marketplace/sources/a-source-with-a-long-name', { place: `http://127.0.0.1:${index.address().port}/a/very/long/path/to/the/index/of/all/that/is/shared.yaml` }],
    ['/trust', { source: 'registry.example.org/a-team-with-a-long-name', unsigned: true }],
  ]) {
    const answer = await page.request.put(`${host.url}/api/v1${path}`, { data, headers: { origin: host.url } });
    assert.ok(answer.ok(), await answer.text());
  }
  await page.setViewportSize({ width: 390, height: 800 });
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    for (const path of ['/marketplace', '/plugins']) {
      await open(path);
      await stage.fits();
      await stage.picture(`plugins-${path.slice(1)}-${colorScheme}`);
    }
  }
});

test('no page had an error of its own', () => {
  assert.deepEqual(stage.wrong, []);
});
