// A cluster that does not answer, for somebody who only sees the app: how it was, how old that is, and what that means.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openStage } from './stage.mjs';

let stage;
let page;

before(async () => {
  stage = await openStage();
  page = stage.page;
  await stage.settleWithApp();
});

after(() => stage?.close());

test('an app whose cluster is away shows how it was, and how old that is', async () => {
  // The embedded cluster is in the host: without it, it is away for as long as the host runs so.
  await stage.host.again('--no-embedded');
  await page.goto(`${stage.host.url}/projects/shop/web`);
  await page.getByText('Its cluster does not answer').waitFor();
  await page.locator('.head', { hasText: 'as of' }).waitFor();
  await stage.picture('away');
  await page.goto(`${stage.host.url}/projects/shop`);
  await page.locator('td[data-label="State"]', { hasText: 'as of' }).waitFor();
  await stage.picture('away-list');
});

test('and is as it is again when the cluster is back', async () => {
  await stage.host.again();
  await stage.openApp();
  await page.getByText('Its cluster does not answer').waitFor({ state: 'detached' });
  assert.match(await stage.appSays('web'), /One/);
});

test('no page had an error of its own', () => assert.deepEqual(stage.wrong, []));
