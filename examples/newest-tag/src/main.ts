// Newest tag: the highest version among the tags of the repository in use.

import { About, Failure, form, registry, updateChecker } from 'slipway-sdk';

import docs from '../README.md';
import { isHigher, version } from './version.js';

export default updateChecker({
  about: new About('Newest tag', 'The highest version among the tags of the repository in use.').docs(docs),
  policy: form.object({
    range: form.choice(['same-major', 'any'], {
      title: 'Range',
      description: 'How far an update may go: within the first number of the version, or anywhere.',
      default: 'same-major',
    }),
  }),

  check(subject, { range }) {
    const [repository, tag] = parts(subject.current);
    const current = version(tag);
    if (current === null) {
      throw new Failure('not-a-version', `The tag of ${subject.current} is no version.`).hint(
        'Use a tag such as 1.4.2.',
      );
    }
    let best = { tag, version: current };
    for (const tag of registry.tags(repository)) {
      const found = version(tag);
      if (found === null || subject.skipped.includes(tag)) continue;
      if (range === 'same-major' && found[0] !== current[0]) continue;
      if (isHigher(found, best.version)) best = { tag, version: found };
    }
    if (best.tag === tag) return null;
    const reference = `${repository}:${best.tag}`;
    return { reference, digest: registry.resolve(reference), reason: `${best.tag} is newer than ${tag}.` };
  },
});

/** Repository and tag; a colon before a slash belongs to a port. */
function parts(reference: string): [string, string] {
  const [named = ''] = reference.split('@');
  const colon = named.lastIndexOf(':');
  return colon > named.lastIndexOf('/') ? [named.slice(0, colon), named.slice(colon + 1)] : [named, 'latest'];
}
