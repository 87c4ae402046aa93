// An answer that may be older than what the page has heard of meanwhile is not shown.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runnerImport } from 'vite';

const { module } = await runnerImport(new URL('../src/lib/live.ts', import.meta.url).pathname, { configFile: false, logLevel: 'error' });
const { reader } = module;

function stage() {
  const questions = [];
  const shown = [];
  const failures = [];
  const question = () => new Promise((answer, fail) => questions.push({ answer, fail }));
  const it = reader(question, (answer) => shown.push(answer), (error) => failures.push(error));
  // What follows an answer is done before the next timer.
  const settled = () => new Promise((done) => setTimeout(done));
  return { ...it, questions, shown, failures, settled };
}

test('an answer is shown', async () => {
  const { read, questions, shown, settled } = stage();
  read();
  questions[0].answer('now');
  await settled();
  assert.deepEqual(shown, ['now']);
  assert.equal(questions.length, 1);
});

test('an event that came while the answer was on its way has it asked for again', async () => {
  const { read, told, questions, shown, failures, settled } = stage();
  read();
  told();
  questions[0].answer('before the event');
  await settled();
  assert.deepEqual(shown, []);
  assert.equal(questions.length, 2);
  questions[1].answer('after it');
  await settled();
  assert.deepEqual(shown, ['after it']);
  read();
  told();
  questions[2].fail('the line is down');
  await settled();
  assert.deepEqual(failures, [], 'asked once more before anything is said');
  questions[3].fail('the line is down');
  await settled();
  assert.deepEqual(failures, ['the line is down']);
});

test('of two questions the later one counts, whichever is answered first', async () => {
  const { read, questions, shown, settled } = stage();
  read();
  read();
  questions[1].answer('later');
  questions[0].answer('earlier');
  await settled();
  assert.deepEqual(shown, ['later']);
  assert.equal(questions.length, 2, 'nothing is left to ask');
});
