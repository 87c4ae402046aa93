// A secret in the form: filled in, kept without being shown, replaced, cleared.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openStage } from './stage.mjs';

const FIRST = 'open-sesame-7c1f';
const SECOND = 'swordfish-93ab';
const TOKEN = 'token-of-the-third-kind';
let stage;
let host;
let page;
/** All that the server ever answered. */
let heard = '';

before(async () => {
  stage = await openStage();
  ({ host, page } = stage);
  await stage.settle();
  page.on('response', async (answer) => (heard += await answer.text().catch(() => '')));
});

after(() => stage?.close());

const code = () => page.getByLabel('Access code', { exact: true });
const button = (name) => page.getByRole('button', { name, exact: true });
const row = (name) => page.locator('#preview tr', { hasText: name });
// As somebody who is asked for a name and a password, and gives this one.
async function appSays(password) {
  const context = await stage.browser.newContext(password ? { httpCredentials: { username: 'any', password } } : {});
  const app = await context.newPage();
  // Where there is nobody to ask, Chromium has an error for it and no answer.
  const asked = (error) => (String(error).includes('ERR_INVALID_AUTH_CREDENTIALS') ? 401 : Promise.reject(error));
  const status = await app.goto(`http://web.shop.localhost:${host.ingress}/`).then((it) => it.status(), asked);
  await context.close();
  return status;
}
async function appComesToSay(status, password) {
  for (let tries = 0; (await appSays(password)) !== status; tries++) {
    assert.ok(tries < 50, `the app does not come to answer with ${status}`);
    await page.waitForTimeout(200);
  }
}

async function settings() {
  await page.locator('.head .status', { hasText: 'Running' }).waitFor();
  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByLabel('Greeting').waitFor();
}

test('a secret is typed unseen, and the preview says only that it is set', async () => {
  await page.goto(`${host.url}/projects/shop/new/hello-web`);
  await page.getByLabel('Name of the app').fill('web');
  assert.equal(await code().getAttribute('type'), 'password');
  await code().fill('abc');
  await button('Look at what it makes').click();
  await page.getByText('shorter than 4 characters').first().waitFor();
  await code().fill(FIRST);
  await page.locator('summary').first().press('Enter');
  await page.getByRole('button', { name: 'Add a line: Secret environment' }).click();
  await page.getByLabel('Secret environment, name 1').fill('TOKEN');
  await page.getByLabel('Secret environment, value 1').fill(TOKEN);
  assert.equal(await page.getByLabel('Secret environment, value 1').getAttribute('type'), 'password');
  await button('Look at what it makes').click();
  await row('Access code').getByText('secret, set in revision 1').waitFor();
  await stage.picture('secret-new');
  await button('Deploy').click();
  await page.locator('.head .status', { hasText: 'Running' }).waitFor();
  assert.equal(await appSays(), 401);
  assert.equal(await appSays(FIRST), 200);
});

test('what is set is kept until somebody replaces it', async () => {
  await settings();
  await page.getByText('Set in revision 1; kept as it is.').waitFor();
  await page.getByLabel('Secret environment, value 1').waitFor();
  assert.equal(await page.getByLabel('Secret environment, value 1').inputValue(), '');
  await stage.picture('secret-kept');
  // An open field that stays empty changes nothing.
  await button('Replace Access code').click();
  await button('Look at what changes').click();
  await page.getByText('Nothing would change.').waitFor();
  await button('Change something else').click();
  await code().fill(SECOND);
  await button('Look at what changes').click();
  await row('Access code').getByText('secret, set in revision 2').waitFor();
  assert.equal(await page.locator('#preview tbody tr').count(), 1);
  await stage.picture('secret-replaced');
  await button('Apply').click();
  await page.getByText('Revision 2').first().waitFor();
  await page.locator('.head .status', { hasText: 'Running' }).waitFor();
  await appComesToSay(200, SECOND);
});

test('it is cleared by a button of its own, which can be taken back', async () => {
  await settings();
  await button('Clear Access code').click();
  await page.getByText('It will be cleared.').waitFor();
  await button('Keep Access code').click();
  await page.getByText('Set in revision 2; kept as it is.').waitFor();
  await button('Clear Access code').click();
  await button('Look at what changes').click();
  await row('Access code').getByText('not set').waitFor();
  await button('Apply').click();
  await appComesToSay(200);
});

test('no text came back from the server, and no page had an error of its own', () => {
  assert.ok(heard.includes('accessCode.2'), 'nothing was heard');
  for (const text of [FIRST, SECOND, TOKEN]) assert.ok(!heard.includes(text), 'a text was answered');
  assert.deepEqual(stage.wrong, []);
});
