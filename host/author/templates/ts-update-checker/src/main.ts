// PLUGIN: takes the newest tag of a repository that begins with what the policy says, as a first update checker.

import { About, Failure, form, registry, updateChecker } from 'slipway-sdk';

export default updateChecker({
  about: new About('PLUGIN', 'The newest tag of a repository.'),
  policy: form.object({
    prefix: form.text({
      title: 'Prefix',
      description: 'Only tags that begin with this are looked at.',
      default: '',
      maxLength: 100,
    }),
  }),

  /** The last tag in the order of the alphabet that nobody said to skip; null where it is the one in use. */
  check(subject, { prefix }) {
    const colon = subject.current.lastIndexOf(':');
    if (colon < 0) throw new Failure('no-tag', `${subject.current} has no tag.`);
    const [repository, tag] = [subject.current.slice(0, colon), subject.current.slice(colon + 1)];
    const tags = registry.tags(repository).filter((it) => it.startsWith(prefix) && !subject.skipped.includes(it));
    const newest = tags.sort().at(-1);
    if (newest === undefined || newest <= tag) return null;
    const reference = `${repository}:${newest}`;
    return { reference, digest: registry.resolve(reference), reason: `${newest} comes after ${tag}.` };
  },
});
