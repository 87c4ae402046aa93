// An answer that was on its way while events came: what they told is newer, and stays.
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

test('a page does not go back to what it was before an event that it has heard of', async () => {
  const operation = page.locator('section', { has: page.getByRole('heading', { name: 'Last operation' }) });
  const done = operation.locator('p', { hasText: 'restart' }).filter({ hasText: 'Done' });
  let late = 0;
  let asked = 0;
  await page.route('**/api/v1/projects/shop/deployments/web', async (route) => {
    asked += 1;
    const answer = await route.fetch();
    const { state } = (await answer.json()).operation;
    // The first answer that tells of a restart under way comes after the events that say that it is done.
    if (late === 0 && state !== 'succeeded') {
      late = asked;
      await done.waitFor();
    }
    await route.fulfill({ response: answer });
  });
  await page.getByRole('button', { name: 'Restart' }).click();
  await done.waitFor();
  const until = Date.now() + 20_000;
  while (asked <= late && Date.now() < until) await page.waitForTimeout(20);
  assert.ok(late > 0 && asked > late, `the late answer, the ${late}. of ${asked}, is asked for again`);
  await page.waitForTimeout(500);
  assert.ok(await done.isVisible(), await operation.innerText());
});

test('no page had an error of its own', () => assert.deepEqual(stage.wrong, []));
