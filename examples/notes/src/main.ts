// Notes: a page of notes, behind a password where one is wanted.

import {
  About,
  type App,
  ConfigMap,
  Container,
  Deployment,
  type Facts,
  Failure,
  Ingress,
  Objects,
  Pod,
  Service,
  blueprint,
  form,
  log,
  pointer,
} from 'slipway-sdk';

import docs from '../README.md';
import icon from './icon.svg';
import { nameOf, page } from './page.js';

const values = form.object({
  title: form.text({
    title: 'Title',
    description: 'Stands above the notes.',
    default: 'Notes',
    minLength: 1,
    maxLength: 100,
  }),
  notes: form.map(form.text({ default: '', maxLength: 1000 }), {
    title: 'Notes',
    description: 'Each with a name of its own.',
  }),
  password: form.optional(
    form.secret({
      title: 'Password',
      description: 'Whoever opens the page is asked for it. Without one the page is open to everybody.',
      minLength: 4,
    }),
  ),
  image: form.optional(
    form.text({
      title: 'Image',
      description: 'The program that shows the notes. The embedded cluster has one of its own.',
      role: 'image',
      advanced: true,
      default: '',
      minLength: 1,
    }),
  ),
  replicas: form.integer({
    title: 'Replicas',
    description: 'How many copies run side by side.',
    role: 'replicas',
    default: 1,
    minimum: 1,
    maximum: 20,
  }),
});

type Values = form.Of<typeof values>;

export default blueprint({
  about: new About('Notes', 'A page of notes, behind a password where one is wanted.')
    .docs(docs)
    .icon(icon)
    .extra('categories', ['web', 'example']),
  values,
  kinds: ['apps/Deployment', 'ConfigMap', 'Service', 'networking.k8s.io/Ingress'],

  check(_app, { notes }) {
    const nameless = Object.keys(notes).filter((name) => name.trim() === '');
    return nameless.map((name) =>
      Failure.invalid('A note needs a name.').at(pointer('notes', name)).hint('Name it, or take it out.'),
    );
  },

  render(app, values, facts) {
    log.debug(`${Object.keys(values.notes).length} notes for ${app.name}`);
    const text = page(values.title, values.notes);
    const settings = nameOf(app.name, text);
    return new Objects()
      .with(new ConfigMap(settings).entry('page', text))
      .with(new Deployment(app.name, new Pod(program(values, settings, facts))).replicas(values.replicas))
      .with(new Service(app.name).port(80, 'http'))
      .withSome(ingress(app));
  },
});

function program(values: Values, settings: string, facts: Facts): Container {
  return new Container('notes', imageFor(values, facts))
    .envFromConfig('GREETING', settings, 'page')
    .env('PORT', '8080')
    .envSecret('ACCESS_CODE', values.password)
    .port('http', 8080)
    .readyAt('/healthz', 'http')
    .lingerSeconds(5)
    .memory(128, 16)
    .cpu(10);
}

/** Only the embedded cluster has an image for this. */
function imageFor({ image }: Values, facts: Facts): string {
  if (image !== null) return image;
  if (facts.text('runtime') === 'wasm') return 'slipway.local/hello-app:1.0.0';
  throw Failure.invalid('This cluster runs containers, and no image is named.')
    .at('/image')
    .hint('Name a container image that shows the text in GREETING on the port in PORT.');
}

function ingress({ name, hosts }: App): Ingress | null {
  return Ingress.new(name, hosts, name, 80);
}
