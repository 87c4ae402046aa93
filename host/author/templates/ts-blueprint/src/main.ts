// PLUGIN: one page with a message, as a first blueprint.

import { About, ConfigMap, Objects, blueprint, form } from 'slipway-sdk';

/** The form: each field is one that people fill in, its words are what they read. */
const values = form.object({
  message: form.text({
    title: 'Message',
    description: 'What the page says.',
    default: 'Hello',
    minLength: 1,
    maxLength: 200,
  }),
});

export default blueprint({
  about: new About('PLUGIN', 'One page with a message.'),
  values,
  kinds: ['ConfigMap'],

  /** The same input gives the same objects: there is no clock, no network and no chance in here. */
  render(app, values) {
    return new Objects().with(new ConfigMap(app.name).entry('message', values.message));
  },
});
