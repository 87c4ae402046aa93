// The main job in a browser: from the setup link to a running app that is changed, rolled back, scaled and deleted.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openStage } from './stage.mjs';

let stage;
let host;
let page;

before(async () => {
  stage = await openStage();
  ({ host, page } = stage);
});

after(() => stage?.close());

const status = (word) => page.locator('.head .status', { hasText: word });
const tab = (name) => page.getByRole('tab', { name }).click();

test('the first account is made with the setup link', async () => {
  await page.goto(host.url);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await stage.picture('login');
  await page.goto(host.setup);
  await stage.picture('setup');
  await page.getByLabel('User name').fill('ada');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('heading', { name: 'Projects' }).waitFor();
});

test('a project is made, and a wrong name is explained', async () => {
  await stage.picture('projects-empty');
  await page.getByLabel('Name of the project').fill('My Shop');
  await page.getByRole('button', { name: 'Make the project' }).click();
  await page.getByRole('alert').filter({ hasText: 'lower-case' }).waitFor();
  await page.getByLabel('Name of the project').fill('shop');
  await page.getByRole('button', { name: 'Make the project' }).click();
  await page.getByRole('heading', { name: 'shop' }).waitFor();
  await stage.picture('project-empty');
});

test('a blueprint is picked, its form filled in, and the app answers', async () => {
  await page.getByRole('link', { name: 'New app' }).click();
  await stage.picture('pick-blueprint');
  await page.getByRole('link', { name: 'Hello web' }).click();
  await page.getByLabel('Name of the app').fill('web');
  await page.getByLabel('Greeting').fill('Ahoy');
  await page.getByLabel('Replicas').fill('0');
  await page.getByRole('button', { name: 'Look at what it makes' }).click();
  await page.locator('.error').first().waitFor();
  await stage.picture('form-error');
  await page.getByLabel('Replicas').fill('1');
  await page.getByRole('button', { name: 'Look at what it makes' }).click();
  await page.getByText('This is what it makes').waitFor();
  await stage.picture('form-preview');
  await page.getByRole('button', { name: 'Deploy', exact: true }).click();
  await status('Running').waitFor();
  assert.match(await stage.appSays('web'), /Ahoy/);
  await stage.picture('deployment');
});

test('logs and figures are shown', async () => {
  await tab('Logs');
  await page.locator('[role=log]', { hasText: 'GET /' }).waitFor();
  await stage.picture('logs');
  await tab('Events');
  await stage.picture('events');
  await tab('Objects');
  await page.getByText('ReplicaSet').first().waitFor();
  await stage.picture('objects');
  await tab('Overview');
  await page.getByText('MiB').first().waitFor();
});

test('a value is changed after its diff was seen, and the change is rolled back', async () => {
  await tab('Settings');
  await page.getByLabel('Greeting').fill('Hello again');
  await page.getByRole('button', { name: 'Look at what changes' }).click();
  await page.getByRole('cell', { name: 'Hello again' }).waitFor();
  await stage.picture('diff');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText(/Revision 2 of/).waitFor();
  await status('Running').waitFor();
  await page.getByText('Done').first().waitFor();
  assert.match(await stage.appSays('web'), /Hello again/);
  await tab('Revisions');
  await page.getByRole('button', { name: 'Compare and roll back' }).click();
  await stage.picture('revisions');
  await page.getByRole('button', { name: 'Roll back to revision 1' }).click();
  await page.getByText(/Revision 3 of/).waitFor();
  await status('Running').waitFor();
  await page.getByText('Done').first().waitFor();
  assert.match(await stage.appSays('web'), /Ahoy/);
});

test('it is scaled to three', async () => {
  await page.getByLabel('How many').fill('3');
  await page.getByRole('button', { name: 'Scale' }).click();
  await page.locator('tbody tr').nth(2).waitFor();
  await page.getByText(/Revision 4 of/).waitFor();
  await status('Running').waitFor();
  await stage.picture('scaled');
});

test('dark and narrow it is readable too', async () => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await stage.picture('dark');
  await page.setViewportSize({ width: 400, height: 800 });
  await stage.picture('narrow');
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.equal(overflow, false, 'the page is wider than the screen');
  await page.setViewportSize({ width: 1200, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
});

test('it is deleted after its name was typed', async () => {
  await page.getByRole('button', { name: 'Delete…' }).click();
  await page.getByLabel("Type the app's name to confirm").fill('web');
  await page.getByRole('button', { name: 'Delete web' }).click();
  await page.getByRole('heading', { name: 'web is deleted' }).waitFor();
});

test('signing out ends the session', async () => {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  const answer = await page.request.get(`${host.url}/api/v1/whoami`);
  assert.equal(answer.status(), 401);
});

test('no page had an error of its own', () => {
  assert.deepEqual(stage.wrong, []);
});
