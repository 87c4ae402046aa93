// A blueprint's text: what is understood of Markdown, and that the rest stays text.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runnerImport } from 'vite';

const { module } = await runnerImport(new URL('../src/lib/prose.ts', import.meta.url).pathname, { configFile: false, logLevel: 'error' });
const { blocks, spans } = module;
const text = (it) => ({ kind: 'text', text: it });

test('paragraphs lose the line breaks of their source', () => {
  assert.deepEqual(blocks('One\ntwo.\n\nThree.\n'), [
    { kind: 'paragraph', spans: [text('One two.')] },
    { kind: 'paragraph', spans: [text('Three.')] },
  ]);
});

test('headings, lists and code are told apart', () => {
  assert.deepEqual(blocks('# Head\nText\n\n- one\n- two\n  lines\n\n```sh\n# not a head\n\nls\n```\n'), [
    { kind: 'heading', spans: [text('Head')] },
    { kind: 'paragraph', spans: [text('Text')] },
    { kind: 'list', items: [[text('one')], [text('two lines')]] },
    { kind: 'code', text: '# not a head\n\nls' },
  ]);
});

test('code and emphasis stand within a line', () => {
  assert.deepEqual(spans('set `A_B` to *x*, **now**'), [
    text('set '), { kind: 'code', text: 'A_B' }, text(' to '), { kind: 'em', text: 'x' }, text(', '), { kind: 'strong', text: 'now' },
  ]);
});

test('what is not understood stays as it was written', () => {
  assert.deepEqual(spans('2 * 3 * 4, <b>bold</b>, `open'), [text('2 * 3 * 4, <b>bold</b>, `open')]);
});
