// A host of its own for the browser, and a browser for it: Debian's Chromium, driven by Playwright.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const binary = join(root, 'target/debug/slipway');

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts `slipway up` in a directory of its own; answers with its address and setup link. */
export async function startHost() {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-browser-'));
  const data = join(directory, 'data');
  const [listen, ingress, kube] = await Promise.all([freePort(), freePort(), freePort()]);
  const args = ['up', '--data', data, '--listen', `127.0.0.1:${listen}`, '--ingress', `127.0.0.1:${ingress}`];
  args.push('--kube-listen', `127.0.0.1:${kube}`, '--bundle', join(root, 'target/bundle'));
  let log = '';
  let child;
  const begin = (more, wanted) =>
    new Promise((resolve, reject) => {
      child = spawn(binary, [...args, ...more], { stdio: ['ignore', 'pipe', 'pipe'] });
      child.stderr.on('data', (text) => (log += text));
      let said = '';
      child.stdout.on('data', (text) => {
        said += text;
        const found = said.match(wanted);
        if (found) resolve(found[0]);
      });
      child.on('exit', (code) => reject(new Error(`the host ended with ${code}:\n${log}`)));
    });
  const setup = await begin([], /http\S+\/setup#\S+/);
  return {
    setup,
    url: `http://localhost:${listen}`,
    ingress,
    log: () => log,
    /** Ends the host and begins it again, with more options. */
    async again(...more) {
      const ended = new Promise((resolve) => child.on('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      await begin(more, /is ready at/);
    },
    stop() {
      spawnSync(binary, ['down', '--data', data]);
      child.kill('SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Debian's Chromium, told to call nobody on its own. */
export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync',
    ],
  });
}
