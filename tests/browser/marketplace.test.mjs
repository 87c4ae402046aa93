// Sharing in a browser: a blueprint is made of an app, found, shared by a link, followed, updated and installed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openStage } from './stage.mjs';

const PASSWORD = 'correct horse battery';
let stage;
let host;
let page;
/** The other person's page, and every address that it asked for. */
let bob;
const asked = [];
let link;

before(async () => {
  stage = await openStage();
  ({ host, page } = stage);
  await stage.settleWithApp();
  await stage.post('/users', { name: 'bob', password: PASSWORD });
  bob = await (await stage.browser.newContext({ viewport: { width: 390, height: 800 }, colorScheme: 'dark' })).newPage();
  bob.setDefaultTimeout(20_000);
  bob.on('pageerror', (error) => stage.wrong.push(String(error)));
  bob.on('request', (request) => asked.push(request.url()));
  const own = await stage.browser.newContext();
  for (const [path, data] of [['/session', { name: 'bob', password: PASSWORD }], ['/projects', { name: 'other' }]]) {
    const answer = await own.request.post(`${host.url}/api/v1${path}`, { data, headers: { origin: host.url } });
    assert.ok(answer.ok(), await answer.text());
  }
  await own.close();
});

after(() => stage?.close());

const button = (name, on = page) => on.getByRole('button', { name, exact: true });
const running = (on) => on.locator('.head .status', { hasText: 'Running' }).waitFor();
const open = (path, on) => stage.open(path, on);
const says = async (url) => {
  const app = await stage.browser.newPage();
  await app.goto(url);
  const text = await app.textContent('body');
  await app.close();
  return text;
};
const shot = (on, name) => stage.picture(`market-${name}`, on);

test('a blueprint is made of an app, and a wrong name is explained', async () => {
  await button('Make a blueprint of it…').click();
  await page.getByRole('dialog', { name: 'Make a blueprint of web' }).waitFor();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('My Greeter');
  await dialog.getByLabel('Title').fill('Greeter');
  await dialog.getByLabel('What it is, in a sentence or two').fill('Says hello.');
  await dialog.getByLabel('What it is for').fill('Office');
  await dialog.getByLabel('Greeting').check();
  assert.equal(await dialog.getByLabel('Access code').isDisabled(), true);
  await button('Make the blueprint').click();
  await dialog.getByRole('alert').waitFor();
  await dialog.getByLabel('Name', { exact: true }).fill('greeter');
  await shot(page, 'make');
  await button('Make the blueprint').click();
  await dialog.getByText('The project deploys it as shop/greeter').waitFor();
  await shot(page, 'made');
});

test('the project deploys it from New app, without an admin', async () => {
  await open('/projects/shop/new');
  const card = page.getByRole('listitem').filter({ hasText: 'made in this project' });
  await shot(page, 'new');
  await card.getByRole('link', { name: 'Greeter' }).click();
  await page.getByLabel('Greeting').fill('Moin');
  assert.equal(await page.getByLabel('Name of the app').inputValue(), 'greeter');
  await button('Look at what it makes').click();
  await button('Deploy').click();
  await running(page);
  assert.match(await stage.appSays('greeter'), /Moin/);
  await page.getByRole('tab', { name: 'Settings' }).click();
  assert.equal(await page.getByLabel('Greeting').inputValue(), 'Moin');
});

test('the marketplace is searched, and the address holds what was asked', async () => {
  await page.getByRole('link', { name: 'Marketplace' }).click();
  const offer = page.getByRole('main').getByRole('link', { name: 'Greeter' });
  await offer.waitFor();
  await page.getByText('shared by ada, used once, from this Slipway').waitFor();
  await page.getByLabel('Search').fill('nothing of that kind');
  await page.getByText('Nothing fits.').waitFor();
  assert.equal(new URL(page.url()).searchParams.get('q'), 'nothing of that kind');
  await page.getByRole('link', { name: 'look at everything' }).click();
  assert.equal(await page.getByLabel('Search').inputValue(), '');
  await page.getByRole('link', { name: 'office 1' }).click();
  await offer.waitFor();
  await page.getByLabel('Kind').selectOption({ label: 'Way to update apps' });
  await page.getByText('Nothing fits.').waitFor();
  await page.reload();
  await page.getByText('Nothing fits.').waitFor();
  assert.equal(await page.getByLabel('Kind').inputValue(), 'control');
});

test('a link is made and shown once', async () => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: host.url });
  await open('/projects/shop');
  await page.getByLabel('Good for days').fill('30');
  await button('Make a link').click();
  link = await page.getByLabel('The link.').inputValue();
  assert.match(link, /\/shared#slpl_/);
  await button('Copy').click();
  await page.getByText('Copied.').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
  await page.getByRole('cell', { name: 'in 30 days' }).waitFor();
  await shot(page, 'links');
  await page.reload();
  await page.getByRole('cell', { name: 'in 30 days' }).waitFor();
  assert.equal((await page.content()).includes('slpl_'), false, 'the link is shown again');
});

test('another person opens the link, signs in, follows it and deploys', async () => {
  await bob.goto(link);
  await bob.getByLabel('User name').fill('bob');
  await bob.getByLabel('Password').fill(PASSWORD);
  await button('Sign in', bob).click();
  await bob.getByRole('heading', { name: 'Greeter 1.0.0' }).waitFor();
  await bob.getByText('Says hello.').waitFor();
  assert.equal(await bob.getByRole('link', { name: 'Plugins' }).count(), 0);
  await stage.fits(bob);
  await button('Follow it', bob).click();
  await bob.getByRole('link', { name: 'Deploy it in other' }).waitFor();
  await shot(bob, 'shared');
  await bob.getByRole('link', { name: 'Deploy it in other' }).click();
  await bob.getByLabel('Greeting').fill('Servus');
  await button('Look at what it makes', bob).click();
  await button('Deploy', bob).click();
  await running(bob);
  assert.match(await says(await bob.getByRole('link', { name: 'Open the app' }).getAttribute('href')), /Servus/);
  assert.deepEqual(asked.filter((it) => it.includes('slpl_') && !it.startsWith(`${host.url}/shared#`)), []);
  assert.deepEqual(asked.filter((it) => new URL(it).search.includes('slpl_') || new URL(it).pathname.includes('slpl_')), []);
  await open('/projects/other/new', bob);
  await bob.getByText('followed, of the project shop').waitFor();
});

test('a newer version is told of, shown and taken', async () => {
  await stage.post('/projects/shop/deployments/web/revisions', { values: { replicas: 2 } });
  await stage.openApp();
  await button('Make a blueprint of it…').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('greeter');
  await dialog.getByText('There is shop/greeter 1.0.0 already').waitFor();
  assert.equal(await dialog.getByLabel('Version', { exact: true }).inputValue(), '1.1.0');
  await dialog.getByLabel('Greeting').check();
  assert.equal(await dialog.getByLabel('Title').inputValue(), 'Greeter');
  assert.equal(await dialog.getByLabel('What it is for').inputValue(), 'office');
  await dialog.getByLabel('What is new in this version').fill('Two of it.');
  await button('Make the blueprint').click();
  await dialog.getByRole('heading', { name: 'greeter 1.1.0 is made' }).waitFor();

  await open('/projects/other/greeter', bob);
  await bob.getByRole('heading', { name: 'Version 1.1.0 of its blueprint is there' }).waitFor();
  await bob.getByText('Two of it.').waitFor();
  await button('Look at what it changes', bob).click();
  await bob.getByText('What runs stays as it is').waitFor();
  await shot(bob, 'update');
  await stage.fits(bob);
  await button('Take version 1.1.0', bob).click();
  await bob.getByText('Revision 2 of shop/greeter 1.1.0').waitFor();
  await bob.getByRole('heading', { name: 'of its blueprint is there' }).waitFor({ state: 'detached' });
  await bob.getByRole('tab', { name: 'Settings' }).click();
  assert.equal(await bob.getByLabel('Greeting').inputValue(), 'Servus');
});

test('a link that is taken back lets nobody in, and what was made goes on', async () => {
  await open('/projects/other', bob);
  await bob.getByRole('link', { name: 'shop/greeter' }).waitFor();
  await shot(bob, 'followed');
  await stage.fits(bob);
  await open('/projects/shop');
  await button('Take back…').click();
  await button('Take it back').click();
  await page.getByRole('cell', { name: 'in 30 days' }).waitFor({ state: 'detached' });
  await open('/projects/other', bob);
  await bob.getByText('None yet.').waitFor();
  await bob.goto('about:blank');
  await bob.goto(link);
  await bob.getByRole('alert').filter({ hasText: 'it was taken back, or its time is over' }).waitFor();
  await open('/projects/other/greeter', bob);
  await running(bob);
});

test('a viewer sees what the project made, and no buttons', async () => {
  await stage.post('/projects/shop/shares', { repository: 'shop/blueprints/greeter' });
  const answer = await page.request.put(`${host.url}/api/v1/projects/shop/members/bob`, { data: { role: 'viewer' }, headers: { origin: host.url } });
  assert.ok(answer.ok(), await answer.text());
  await open('/projects/shop', bob);
  await bob.getByRole('cell', { name: 'shop/greeter', exact: false }).first().waitFor();
  await bob.getByText('Links that share them').waitFor();
  for (const name of ['Make a link', 'Take back…', 'New app']) assert.equal(await bob.getByRole('button', { name }).or(bob.getByRole('link', { name })).count(), 0, name);
  await open('/projects/shop/web', bob);
  assert.equal(await button('Make a blueprint of it…', bob).count(), 0);
});

test('an admin sees what an offer asks for, and installs it only then', async () => {
  await open('/marketplace?q=greeter');
  await page.getByRole('main').getByRole('link', { name: 'Greeter' }).click();
  await page.getByRole('cell', { name: 'Two of it.' }).waitFor();
  await button('Install 1.1.0…').click();
  await page.getByRole('heading', { name: 'What greeter 1.1.0 asks to be let do' }).waitFor();
  await page.locator('#install li').first().waitFor();
  await shot(page, 'install');
  const before = await (await page.request.get(`${host.url}/api/v1/blueprints`)).text();
  assert.equal(before.includes('greeter'), false, 'it was installed before anybody let it');
  await button('Let it, and install').click();
  await page.getByRole('heading', { name: 'Greeter 1.1.0 is installed' }).waitFor();
  await page.getByText('installed 1.1.0', { exact: true }).waitFor();
  await shot(page, 'installed');
  await open('/catalogue/greeter');
});

test('who follows an installed offer deploys it, and may unfollow it', async () => {
  await stage.post('/projects/shop/deployments/web/blueprint', { name: 'open', version: '1.0.0', title: 'Open greeter', isPublic: true });
  await open('/marketplace/offer?repository=slipway.local%2Fshop%2Fblueprints%2Fopen', bob);
  assert.equal(await bob.getByRole('button', { name: /^Install/ }).count(), 0);
  await button('Follow it', bob).click();
  await bob.getByRole('link', { name: 'Deploy it in other' }).waitFor();
  await stage.fits(bob);
  await shot(bob, 'offer');
  await open('/projects/other', bob);
  await button('Unfollow…', bob).click();
  await button('Unfollow it', bob).click();
  await bob.getByText('None yet.').waitFor();
});

test('no page is wider than a phone, in light and in dark', async () => {
  await page.setViewportSize({ width: 390, height: 800 });
  await stage.openApp();
  await button('Make a blueprint of it…').click();
  await page.getByLabel('Greeting').waitFor();
  const over = await page.getByRole('dialog').evaluate((it) => it.scrollWidth - it.clientWidth);
  assert.equal(over, 0, 'the dialog is wider than the screen');
  await shot(page, 'make-narrow');
  await page.keyboard.press('Escape');
  const offer = '/marketplace/offer?repository=';
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    for (const path of ['/marketplace', `${offer}slipway.local/shop/blueprints/greeter`, `${offer}nowhere/at-all`, '/shared', '/projects/shop']) {
      await open(path);
      await stage.fits(page);
      await shot(page, `${path.replace(/[^a-z]+/g, '-').slice(1)}-${colorScheme}`);
    }
  }
});

test('no page had an error of its own', () => {
  assert.deepEqual(stage.wrong, []);
});
