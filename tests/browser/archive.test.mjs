// An app that is set aside: archived, restored, and deleted with its data by somebody who was told what goes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { openStage } from './stage.mjs';

const seven = new URL('../../target/guests/wasm32-wasip2/guest/seven.wasm', import.meta.url);

let stage;
let page;

before(async () => {
  stage = await openStage();
  page = stage.page;
  await stage.settleWithApp();
});

after(() => stage?.close());

const button = (name) => page.getByRole('button', { name, exact: true });
const status = (word) => page.locator('.head .status', { hasText: word }).waitFor();

async function archive(name) {
  await button('Archive…').click();
  await stage.picture(`archive-${name}`);
  await button(`Archive ${name}`).click();
  await status('Archived');
}

test('an app is archived: nothing of it runs, and nothing is offered that needs it to', async () => {
  await archive('web');
  await page.getByText('Its volumes, settings and history are kept.').waitFor();
  await page.getByText('None runs.').waitFor();
  await stage.picture('archived');
  for (const name of ['Restart', 'Scale', 'Archive…']) assert.equal(await button(name).count(), 0, name);
});

test('it is restored and answers again', async () => {
  await button('Restore').click();
  await status('Running');
  assert.match(await stage.appSays('web'), /One/);
  await button('Restart').waitFor();
});

test('before its data is deleted, the page says which volumes go', async () => {
  const answer = await page.request.post(`${stage.host.url}/api/v1/plugins`, {
    data: readFileSync(seven),
    headers: { origin: stage.host.url, 'content-type': 'application/wasm' },
  });
  assert.ok(answer.ok(), await answer.text());
  await stage.post('/projects/shop/deployments', { name: 'store', blueprint: 'seven' });
  await page.goto(`${stage.host.url}/projects/shop/store`);
  await page.getByRole('tab', { name: 'Objects' }).click();
  await page.getByText('PersistentVolumeClaim').first().waitFor();
  await archive('store');
  await button('Delete for good…').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('store (1Gi)').waitFor();
  await stage.picture('cleanup');
  assert.ok(await button('Delete store and its data').isDisabled(), 'its name is to be typed first');
  await dialog.getByLabel("Type the app's name to confirm").fill('store');
  await button('Delete store and its data').click();
  await page.getByRole('heading', { name: 'store is deleted' }).waitFor();
  await page.getByText('its volumes with it').waitFor();
  const left = await page.request.get(`${stage.host.url}/api/v1/projects/shop/volumes`);
  assert.deepEqual(await left.json(), []);
});

test('the pages made no errors of their own', () => assert.deepEqual(stage.wrong, []));
