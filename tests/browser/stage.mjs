// What every browser test begins with: a host, a browser, and a page that remembers what went wrong in it.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { startBrowser, startHost } from './host.mjs';

// Where a person looks at the pages afterwards; not a part of the tests.
const pictures = process.env.SLIPWAY_PICTURES;

export async function openStage() {
  const host = await startHost();
  const browser = await startBrowser();
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  const wrong = [];
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => wrong.push(String(error)));
  page.on('console', (message) => {
    // A refused request is in the console whether or not the page handles it.
    if (message.type() === 'error' && !message.text().includes('Failed to load resource')) wrong.push(message.text());
  });
  if (pictures) mkdirSync(pictures, { recursive: true });
  return {
    host,
    browser,
    page,
    /** Errors of the pages' own, in all tests so far. */
    wrong,
    async picture(name, of = page) {
      if (pictures) await of.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
    },
    /** A page of the host, once it has fetched what it shows. */
    async open(path, on = page) {
      await on.goto(host.url + path);
      await on.locator('main :is(h1, .problem)').first().waitFor();
      await on.locator('main .soft', { hasText: '…' }).waitFor({ state: 'detached' });
    },
    /** A page fits into the width of its screen. */
    async fits(on = page) {
      const over = await on.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(over, 0, `${on.url()} is wider than the screen`);
    },
    /** A request as the person who is signed in. */
    async post(path, data) {
      const answer = await page.request.post(`${host.url}/api/v1${path}`, { data, headers: { origin: host.url } });
      assert.ok(answer.ok(), `${path}: ${await answer.text()}`);
    },
    /** The first account, signed in, and a project `shop`. */
    async settle() {
      await this.post('/setup', { token: new URL(host.setup).hash.slice(1), name: 'ada', password: 'correct horse battery' });
      await this.post('/projects', { name: 'shop' });
    },
    /** The same, and an app `web` that runs, with its page open. */
    async settleWithApp() {
      await this.settle();
      await this.post('/projects/shop/deployments', { name: 'web', blueprint: 'hello-web', values: { greeting: 'One' } });
      await this.openApp();
    },
    /** The page of the app `web`, once it says that the app runs. */
    async openApp() {
      await page.goto(`${host.url}/projects/shop/web`);
      await page.locator('.head .status', { hasText: 'Running' }).waitFor();
    },
    /** What an app answers at a host name of its own. */
    async appSays(name) {
      const app = await browser.newPage();
      await app.goto(`http://${name}.shop.localhost:${host.ingress}/`);
      const text = await app.textContent('body');
      await app.close();
      return text;
    },
    async close() {
      await browser.close();
      host.stop();
    },
  };
}
