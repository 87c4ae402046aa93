// PLUGIN: applies what is wanted and waits until it is healthy, as a first control plugin.

import { About, Decision, control, form } from 'slipway-sdk';

/** What can be set per cluster or deployment. */
const options = form.object({
  deadlineSeconds: form.integer({
    title: 'Deadline',
    description: 'An operation has failed when the app is not healthy after this many seconds.',
    unit: 's',
    default: 600,
    minimum: 10,
    maximum: 86400,
  }),
});

export default control({
  about: new About('PLUGIN', 'Applies what is wanted and waits until it is healthy.'),
  options,
  operations: ['create', 'update', 'rollback', 'restart', 'heal', 'archive', 'restore', 'cleanup'],

  /** Asked again after each change in the cluster, until it says that it is done or has failed. */
  step(step) {
    if (step.operation === 'archive') return Decision.done();
    if (step.operation === 'cleanup') return Decision.done().removing(step.claims());
    const objects = step.desired.map((it) => step.marked(it));
    return decided().applying(objects).linking(step.links(objects));

    function decided(): Decision {
      const trouble = step.trouble(step.desired);
      const seconds = step.options.deadlineSeconds;
      if (trouble === null) return Decision.done();
      if (step.elapsedMilliseconds() >= seconds * 1000) return Decision.failed(step.tooLate(seconds, trouble));
      return Decision.wait(trouble).recheckAfter(5_000);
    }
  },
});
