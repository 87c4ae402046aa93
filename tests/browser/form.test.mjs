// The form of a blueprint, and every page by keyboard and on a phone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openStage } from './stage.mjs';

const LONG = 'an-app-whose-name-is-as-long-as-allowed';
let stage;
let host;
let page;

before(async () => {
  stage = await openStage();
  ({ host, page } = stage);
  await stage.settle();
});

after(() => stage?.close());

const deploy = (name, values) => stage.post('/projects/shop/deployments', { name, blueprint: 'hello-web', values });
const openForm = async () => {
  await page.goto(`${host.url}/projects/shop/new/hello-web`);
  await page.getByLabel('Greeting').waitFor();
};
const more = () => page.locator('details', { hasText: 'More settings' });
const isOpen = () => more().evaluate((it) => it.open);
const hasFocus = (locator) => locator.evaluate((it) => it === document.activeElement);
const look = () => page.getByRole('button', { name: 'Look at what it makes' }).click();

test("fields have their author's order, even where the document lost it", async () => {
  await page.route('**/api/v1/projects/shop/blueprints/hello-web', async (route) => {
    const response = await route.fetch();
    const blueprint = await response.json();
    blueprint.schema.properties = Object.fromEntries(Object.entries(blueprint.schema.properties).sort(([a], [b]) => (a < b ? -1 : 1)));
    await route.fulfill({ response, json: blueprint });
  });
  await openForm();
  const titles = await page.locator('form :is(label, .title)').allTextContents();
  const wanted = ['Name of the app', 'Greeting', 'Access code', 'Image', 'Replicas', 'Port', 'Health path', 'Memory', 'Environment', 'Secret environment'];
  assert.deepEqual(titles.map((it) => it.trim()), wanted);
  await look();
  await page.getByText('This is what it makes').waitFor();
  const named = await page.getByRole('table', { name: 'Values' }).locator('tbody td:first-child').allTextContents();
  // A secret that nobody fills in is no value.
  assert.deepEqual(named, wanted.slice(1).filter((it) => !it.includes('code')));
  await page.unroute('**/api/v1/projects/shop/blueprints/hello-web');
});

test('rare settings are folded away and open by keyboard', async () => {
  await openForm();
  assert.equal(await isOpen(), false);
  assert.equal(await page.getByLabel('Port').isVisible(), false);
  assert.equal(await page.getByLabel('Replicas').isVisible(), true);
  await page.getByLabel('Replicas').focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByLabel('Port').waitFor();
  await page.keyboard.press('Tab');
  assert.ok(await hasFocus(page.getByLabel('Port')), 'the next Tab is not at the first field inside');
  await page.locator('summary').first().press('Space');
  await page.getByLabel('Port').waitFor({ state: 'hidden' });
});

test('a unit stands beside its number and is read with it', async () => {
  await openForm();
  await page.locator('summary').first().press('Enter');
  const memory = page.getByLabel('Memory');
  const [field, unit] = [await memory.boundingBox(), await page.getByText('MiB', { exact: true }).boundingBox()];
  assert.ok(unit.x >= field.x + field.width && unit.y < field.y + field.height, 'the unit is not beside the field');
  const described = (await memory.getAttribute('aria-describedby')).split(' ');
  const texts = await Promise.all(described.map((id) => page.locator(`[id="${id}"]`).textContent()));
  assert.equal(texts[0], 'MiB');
});

test('what is wrong inside the fold opens it and gets the keyboard', async () => {
  await openForm();
  const summary = page.locator('summary').first();
  await summary.press('Enter');
  await page.getByLabel('Port').fill('80');
  await summary.press('Enter');
  await page.getByLabel('Port').waitFor({ state: 'hidden' });
  await look();
  await page.getByLabel('Port').waitFor();
  await page.getByText('80 is less than the minimum of 1024').nth(1).waitFor();
  assert.ok(await hasFocus(page.getByLabel('Port')), 'the keyboard is not at the field that is wrong');
  // The list above leads to the field too.
  await page.getByRole('button', { name: 'Port' }).click();
  assert.ok(await hasFocus(page.getByLabel('Port')), 'the list does not lead to the field');
});

test('a map of texts is filled in line by line', async () => {
  await openForm();
  await page.locator('summary').first().press('Enter');
  for (const [index, name, value] of [[1, 'COLOUR', 'green'], [2, 'SIZE', 'small']]) {
    await page.getByRole('button', { name: 'Add a line: Environment' }).click();
    assert.ok(await hasFocus(page.getByLabel(`Environment, name ${index}`)), 'the new line has not got the keyboard');
    await page.keyboard.type(name);
    await page.getByLabel(`Environment, value ${index}`).fill(value);
  }
  await page.getByRole('button', { name: 'Remove COLOUR' }).click();
  await look();
  await page.getByRole('cell', { name: '{"SIZE":"small"}', exact: true }).waitFor();
});

test('settings that somebody chose are in sight; untouched ones stay folded', async () => {
  await deploy(LONG, { memoryMebibytes: 64 });
  await deploy('plain', {});
  await page.goto(`${host.url}/projects/shop/${LONG}?tab=settings`);
  await page.getByLabel('Memory').waitFor();
  await page.goto(`${host.url}/projects/shop/plain?tab=settings`);
  await page.getByLabel('Greeting').waitFor();
  assert.equal(await isOpen(), false);
});

test('arrows walk along the tabs, and the skip link skips', async () => {
  await page.goto(`${host.url}/projects/shop/plain`);
  await page.getByRole('tab', { name: 'Overview' }).focus();
  await page.keyboard.press('ArrowRight');
  assert.ok(await hasFocus(page.getByRole('tab', { name: 'Settings', selected: true })), 'ArrowRight does not choose the next tab');
  await page.keyboard.press('End');
  assert.ok(await hasFocus(page.getByRole('tab', { name: 'Objects', selected: true })), 'End does not choose the last tab');
  await page.getByRole('link', { name: 'Skip to the content' }).press('Enter');
  assert.ok(await hasFocus(page.locator('main')), 'the skip link leaves the keyboard where it was');
});

test('no page is wider than a phone, in light and in dark', async () => {
  await page.setViewportSize({ width: 390, height: 800 });
  const tabs = ['overview', 'settings', 'revisions', 'logs', 'events', 'objects'].map((it) => `/projects/shop/${LONG}?tab=${it}`);
  const paths = ['/', '/catalogue', '/catalogue/hello-web', '/marketplace', '/shared', '/plugins', '/projects/shop', '/projects/shop/new', '/projects/shop/new/hello-web', '/nowhere', ...tabs];
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    for (const path of paths) {
      await page.goto(host.url + path, { waitUntil: 'load' });
      await page.locator('main h1').first().waitFor();
      await page.locator('main .soft', { hasText: '…' }).waitFor({ state: 'detached' });
      // Tables and tabs that scroll by themselves hide what they hold just as well.
      const over = await page.evaluate(() => [document.documentElement, ...document.querySelectorAll('.scroll, .tabs')]
        .filter((it) => it.scrollWidth > it.clientWidth).map((it) => it.className || it.tagName));
      assert.deepEqual(over, [], `${path} is wider than the screen`);
    }
  }
});

test('no page had an error of its own', () => {
  assert.deepEqual(stage.wrong, []);
});
