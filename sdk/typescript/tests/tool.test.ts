// The build tool: from a folder to a component, and the words for what is wrong with a folder.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';

import { inSource } from '../src/crash.js';
import { bundle } from '../tool/bundle.js';
import { lines } from '../tool/lines.js';
import { manifest, withSection } from '../tool/section.js';

// Inside of the package, so that `slipway-sdk` is found as it is by a plugin that has it installed.
mkdirSync('dist', { recursive: true });
const place = mkdtempSync('dist/tool-test-');
after(() => rmSync(place, { recursive: true }));

const FINE = {
  'package.json': '{"name": "fine", "version": "0.3.0", "type": "module"}',
  'tsconfig.json': '{"extends": "../../../tsconfig.plugin.json", "include": ["src"]}',
  'src/main.ts': `import { About, Decision, control, form } from 'slipway-sdk';
const about = new About('Fine', 'Fine.');
export default control({ about, options: form.object({}), operations: ['create'], step: () => Decision.done() });`,
};

let count = 0;
function folder(files: Record<string, string>): string {
  const folder = join(place, String(count++));
  for (const [name, text] of Object.entries({ ...FINE, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function ran(...words: string[]) {
  const { status, stderr } = spawnSync(process.execPath, ['bin/slipway-sdk.js', ...words], { encoding: 'utf8' });
  return { status, stderr };
}

test('a folder becomes a component that says what it is, and tells nothing of the machine', () => {
  const from = folder({});
  assert.match(ran('build', from).stderr, /fine.wasm: control fine 0.3.0, \d+ KiB/);
  const component = readFileSync(join(from, 'dist/fine.wasm'));
  const says =
    '{"manifest":1,"world":"slipway:plugin/control@1.0.0","id":"fine","version":"0.3.0","wants":{"kinds":[]}}';
  assert.equal(component.subarray(-says.length).toString(), says);
  assert.ok(!component.includes(process.cwd()));
  assert.equal(ran('build', from, '--output', join(from, 'deep/other.wasm')).status, 0);
  assert.equal(readFileSync(join(from, 'deep/other.wasm')).length, component.length);
});

test('what is wrong with a folder is said in words', () => {
  const wrong: [Record<string, string>, RegExp][] = [
    [{ 'package.json': '{' }, /package.json: /],
    [{ 'package.json': '{"name": "@a/b", "version": "1.0.0"}' }, /the name must be a plugin's/],
    [{ 'package.json': '{"name": "b", "version": "1"}' }, /must be a semantic version/],
    [
      { 'package.json': '{"name": "b", "version": "1.0.0", "main": "x.ts"}' },
      /main is x.ts, and there is no such file/,
    ],
    [{ 'src/main.ts': 'export const a: number = "text";' }, /the types do not fit:\n.*main.ts/],
    [{ 'src/main.ts': 'export default 1;' }, /no plugin as its default export/],
    [{ 'src/main.ts': 'throw new Error("at once");\nexport default 1;' }, /cannot be run: .*at once/],
    [
      { 'src/main.ts': FINE['src/main.ts'].replace('about, ', "about, kinds: ['deployment'], ") },
      /not of the form group/,
    ],
  ];
  for (const [files, words] of wrong) {
    const { status, stderr } = ran('build', folder(files));
    assert.equal(status, 1, stderr);
    assert.match(stderr, /^error: /);
    assert.match(stderr, words);
  }
});

test('a command that there is not, a folder without a plugin, an unknown option', () => {
  assert.match(ran('bake').stderr, /^usage: /);
  assert.equal(ran('bake').status, 2);
  assert.match(ran('build', place).stderr, /there is no package.json/);
  assert.match(ran('build', '--nonsense').stderr, /^error: .*--nonsense/);
  assert.match(ran('test', place).stderr, /there is no \*.test.ts/);
});

test('a section has its size in front, in groups of seven bits', () => {
  const section = withSection(Uint8Array.of(9), 'ab', 'c'.repeat(200));
  assert.deepEqual([...section.subarray(0, 7)], [9, 0, 0xcb, 1, 2, 97, 98]);
  assert.equal(section.length, 7 + 200);
});

test('the manifest has the words of the Rust SDK, in its order', () => {
  const kinds = ['apps/Deployment', 'Service'];
  assert.equal(
    manifest({ world: 'blueprint', kinds }, { name: 'hello-web', version: '0.1.0' }),
    '{"manifest":1,"world":"slipway:plugin/blueprint@1.0.0","id":"hello-web","version":"0.1.0","wants":{"kinds":["apps/Deployment","Service"]}}',
  );
});

test('each line of the author is found again in what is bundled', async () => {
  const source =
    'interface A {\n  a: number;\n}\n\nexport function one(): A {\n  return { a: 1 };\n}\n\nexport const two = one();\n';
  const from = join(process.cwd(), folder({ 'src/lines.ts': source }));
  const { code, map } = await bundle("export * from './src/lines.ts';", from);
  const table = lines(map as NonNullable<typeof map>, from);
  for (const words of ['function one', 'return {', 'two = one']) {
    const at = (text: string) => text.split('\n').findIndex((it) => it.includes(words)) + 1;
    assert.equal(inSource(`    at f (x:${at(code)}:9)`, table), `    at f (src/lines.ts:${at(source)})`);
  }
  assert.equal(inSource('    at f (x:1:9)', table), '    at f (x:1:9)');
  assert.equal(inSource('    at native', table), '    at native');
});
