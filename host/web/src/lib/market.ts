// What is offered, shared and followed: where it is in the app, and what it is called.
import type { Offer, Release } from './api';

const OWN_REGISTRY = 'slipway.local';

/** In the API: a blueprint as a project has it. Its name may hold a `/`. */
export function blueprintAt(project: string, name: string): string {
  return `/projects/${project}/blueprints/${encodeURIComponent(name)}`;
}

/** The page with a blueprint's form. */
export function newAppAt(project: string, blueprint: string): string {
  return `/projects/${project}/new/${encodeURIComponent(blueprint)}`;
}

/** The page of an offer. */
export function offerAt(repository: string): string {
  return `/marketplace/offer?repository=${encodeURIComponent(repository)}`;
}

export function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** A query with one name changed; an empty value takes the name away. It is `?` at least, so that it is a link to the page. */
export function withAsked(query: string, name: string, value: string): string {
  const asked = new URLSearchParams(query);
  if (value === '') asked.delete(name);
  else asked.set(name, value);
  return `?${asked}`;
}

/** The query of the API for what the page's address asks for. */
export function offersQuery(query: string, cursor: string | null): string {
  const asked = new URLSearchParams(query);
  const sent = new URLSearchParams();
  for (const name of ['q', 'category', 'kind', 'source']) {
    const value = asked.get(name)?.trim();
    if (value) sent.set(name, value);
  }
  if (cursor !== null) sent.set('cursor', cursor);
  return sent.size > 0 ? `?${sent}` : '';
}

export const kinds = { blueprint: 'Blueprint', control: 'Way to update apps', 'update-checker': 'Update checker' } as const;

export function kindWord(kind: string): string {
  return (kinds as Record<string, string>)[kind] ?? kind;
}

export function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}

export function usedWord(offer: Pick<Offer, 'usedHere' | 'usedThere'>): string {
  const used = offer.usedHere + (offer.usedThere ?? 0);
  return used === 0 ? 'not used yet' : `used ${times(used)}`;
}

export function signedWord(release: Pick<Release, 'signedBy' | 'signatures'>): string {
  if (release.signedBy.length > 0) return release.signedBy.map((it) => `key ${it.key}, trusted for ${it.trustedFor.join(' and ')}`).join('; ');
  if (release.signatures > 0) return 'somebody that no rule here names';
  return 'nobody';
}

export function sourceWord(source: string): string {
  return source === 'here' ? 'this Slipway' : source;
}

/** Where a project has a blueprint from; nothing of those that every project has. */
export function whenceWord(from: string, name: string): string {
  if (from === 'project') return 'made in this project';
  return from === 'subscription' ? `followed, of the project ${name.split('/')[0]}` : '';
}

/** The project whose registry a repository lies in, if it is in one of this instance. */
export function homeOf(repository: string): { project: string; name: string } | null {
  const [registry, project, folder, name, ...rest] = repository.split('/');
  return registry === OWN_REGISTRY && project && folder === 'blueprints' && name && rest.length === 0 ? { project, name } : null;
}

/** An address that a stranger wrote may be a link only where it leads to the web. */
export function isWeb(address: string): boolean {
  return /^https?:\/\//i.test(address);
}

/** `1.4.2` becomes `1.5.0`: what is made of an app again is a newer version. */
export function nextVersion(version: string): string {
  const [major, minor] = version.split('.').map(Number);
  return Number.isInteger(major) && Number.isInteger(minor) ? `${major}.${(minor ?? 0) + 1}.0` : '1.0.0';
}

/** `Office, notes` becomes `['office', 'notes']`. */
export function categoriesOf(text: string): string[] {
  return [...new Set(text.toLowerCase().split(/[\s,]+/).filter(Boolean))];
}
