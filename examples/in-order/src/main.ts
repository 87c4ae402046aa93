// In order: applies the wanted revision in three stages, each once the one before is healthy.

import { About, Decision, type JsonObject, type Step, control, form } from 'slipway-sdk';

import docs from '../README.md';

const options = form.object({
  progressDeadlineSeconds: form.integer({
    title: 'Deadline',
    description: 'An operation has failed when the app is not healthy after this many seconds.',
    unit: 's',
    default: 600,
    minimum: 10,
    maximum: 86400,
  }),
});

type Options = form.Of<typeof options>;

/** The cluster's changes wake us; this is for what comes without one, such as the deadline. */
const RECHECK_MILLISECONDS = 5_000;

export default control({
  about: new About('In order', 'Applies settings, then what runs, then what reaches it.').docs(docs),
  options,
  operations: ['create', 'update', 'rollback', 'abort', 'restart', 'heal', 'restore', 'archive', 'cleanup'],

  step(step) {
    if (step.operation === 'archive') return Decision.done().note('Everything but volumes is removed.');
    if (step.operation === 'cleanup') return Decision.done().removing(step.claims());
    return bringLive(step);
  },
});

function bringLive(step: Step<Options>): Decision {
  const due: JsonObject[] = [];
  for (const stage of [0, 1, 2]) {
    const objects = step.desired.filter((it) => stageOf(it) === stage);
    due.push(...objects.map((it) => step.marked(it)));
    const trouble = step.trouble(objects);
    if (trouble !== null) return waiting(step, trouble).applying(due);
  }
  return Decision.done()
    .applying(step.desired.map((it) => step.marked(it)))
    .linking(step.links(step.desired));
}

/** Settings and volumes, then what runs, then what reaches it. */
function stageOf(object: JsonObject): number {
  switch (object['kind']) {
    case 'ConfigMap':
    case 'Secret':
    case 'PersistentVolumeClaim':
      return 0;
    case 'Service':
    case 'Ingress':
      return 2;
    default:
      return 1;
  }
}

function waiting(step: Step<Options>, trouble: string): Decision {
  const seconds = step.options.progressDeadlineSeconds;
  const left = seconds * 1000 - step.elapsedMilliseconds();
  const ended = step.endedBadly(step.desired);
  if (ended !== null) return Decision.failed(ended);
  if (left <= 0) return Decision.failed(step.tooLate(seconds, trouble));
  return Decision.wait(trouble).recheckAfter(Math.min(left, RECHECK_MILLISECONDS));
}
