// Installed plugins and the rules about their sources, in words.
import type { Plugin, TrustRule } from './api';
import type { Spoken } from './words';

export function stateOf(plugin: Plugin): Spoken {
  if (plugin.barred) return { tone: 'bad', icon: '✕', word: 'Not run' };
  if (!plugin.isAccepted) return { tone: 'busy', icon: '?', word: 'Waits for you' };
  if (plugin.projects?.length) return { tone: 'good', icon: '✓', word: `In use in ${plugin.projects.join(', ')}` };
  if (plugin.isCurrent) return { tone: 'good', icon: '✓', word: 'In use' };
  if (plugin.isWithdrawn) return { tone: 'bad', icon: '!', word: 'Withdrawn' };
  return { tone: 'idle', icon: '–', word: 'Older version' };
}

/** Whether an admin has to look at it. */
export function isUrgent(plugin: Plugin): boolean {
  return Boolean(plugin.barred) || !plugin.isAccepted;
}

/** What calls for somebody first, then by kind and name; `older` is what nothing new is made with. */
export function sorted(plugins: Plugin[]): { present: Plugin[]; older: Plugin[] } {
  const order = (a: Plugin, b: Plugin) =>
    Number(isUrgent(b)) - Number(isUrgent(a)) || a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name);
  const isPresent = (it: Plugin) => it.isCurrent || isUrgent(it) || it.isWithdrawn === true;
  return { present: plugins.filter(isPresent).sort(order), older: plugins.filter((it) => !isPresent(it)).sort(order) };
}

export function originWord(origin: string): string {
  if (origin === 'bundle') return 'came with Slipway';
  return origin === 'upload' ? 'a file that an admin sent' : bare(origin);
}

/** The repository of a reference, as offers are called; none of what came another way. */
export function repositoryOf(origin: string): string | null {
  if (origin === 'bundle' || origin === 'upload') return null;
  const repository = bare(origin);
  const first = repository.split('/')[0] ?? '';
  return /[.:]|^localhost$/.test(first) ? repository : `slipway.local/${repository}`;
}

function bare(reference: string): string {
  return reference.replace(/@.*$/, '').replace(/:[^/]*$/, '');
}

export function ruleWord(rule: Pick<TrustRule, 'keys' | 'unsigned'>): string {
  if (rule.unsigned) return 'Everything is taken, signed or not.';
  if (rule.keys.length === 0) return 'Nothing is taken.';
  if (rule.keys.length === 1) return 'What this key signed is taken.';
  return `What one of these ${rule.keys.length} keys signed is taken.`;
}

export function placeWord(source: string): string {
  if (source === '*') return 'every other registry';
  if (source === 'upload') return 'files that admins send';
  return source === 'slipway.local' ? "this Slipway's own registry" : source;
}

/** The keys in a text with one or more of them, each with its first and last line. */
export function keysOf(text: string): string[] {
  return text.match(/-----BEGIN [A-Z ]+-----[\s\S]*?-----END [A-Z ]+-----/g)?.map((it) => `${it}\n`) ?? [];
}
