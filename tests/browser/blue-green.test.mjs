// Blue-green for somebody who knows no Kubernetes: choose it, look at the new version, promote it, or take it back.
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

const tab = (name) => page.getByRole('tab', { name }).click();
const button = (name) => page.getByRole('button', { name });
const running = () => page.locator('.head .status', { hasText: 'Running' }).waitFor();

async function change(greeting) {
  await tab('Settings');
  await page.getByLabel('Greeting').fill(greeting);
  await button('Look at what changes').click();
  await button('Apply').click();
  await page.getByText('Look at it, then promote it or abort.').first().waitFor();
}

test('another way of updating is chosen for an app that runs', async () => {
  await tab('Settings');
  await page.getByText('How updates come: Rolling').click();
  await page.getByRole('radio', { name: 'Blue-green' }).check();
  await page.getByLabel('Promote automatically').uncheck();
  await stage.picture('control');
  await button('Change how updates come').click();
  await page.getByText('updates by Blue-green').waitFor();
  await running();
  assert.match(await stage.appSays('web'), /One/);
});

test('a new version is looked at beside the one that answers, and promoted', async () => {
  await change('Two');
  await stage.picture('waits-for-promotion');
  assert.match(await stage.appSays('web'), /One/);
  assert.match(await stage.appSays('web--preview'), /Two/);
  await page.getByRole('link', { name: 'Open the preview' }).waitFor();
  await button('Promote revision 2').click();
  await running();
  assert.match(await stage.appSays('web'), /Two/);
  await button('Promote').waitFor({ state: 'detached' });
});

test('a version that nobody wants is taken back', async () => {
  await change('Three');
  await button('Abort, back to revision 2').click();
  await running();
  assert.match(await stage.appSays('web'), /Two/);
  await tab('Revisions');
  await page.getByText('Aborted revision 3, back to 2').waitFor();
  await stage.picture('aborted');
});

test('no page had an error of its own', () => {
  assert.deepEqual(stage.wrong, []);
});
