// Plain words for states, and how long ago something was.
import type { Deployment, Operation } from './api';

export type Tone = 'good' | 'busy' | 'bad' | 'idle';
export type Spoken = { tone: Tone; icon: string; word: string };

export function spoken(deployment: Pick<Deployment, 'phase' | 'health'>): Spoken {
  const isStuck = deployment.health === 'Degraded';
  switch (deployment.phase) {
    case 'CreatePending':
      return isStuck ? { tone: 'bad', icon: '!', word: 'Starting, in trouble' } : { tone: 'busy', icon: '◔', word: 'Starting' };
    case 'UpdatePending':
      return isStuck ? { tone: 'bad', icon: '!', word: 'Updating, in trouble' } : { tone: 'busy', icon: '◔', word: 'Updating' };
    case 'DeletePending':
      return { tone: 'busy', icon: '◔', word: 'Being deleted' };
    case 'Archived':
      return { tone: 'idle', icon: '▣', word: 'Archived' };
    case 'Failure':
      return { tone: 'bad', icon: '✕', word: 'Failed' };
    default:
      return healthWord(deployment.health);
  }
}

export function healthWord(health: Deployment['health']): Spoken {
  switch (health) {
    case 'Healthy':
      return { tone: 'good', icon: '✓', word: 'Running' };
    case 'Progressing':
      return { tone: 'busy', icon: '◔', word: 'Working on it' };
    case 'Degraded':
      return { tone: 'bad', icon: '!', word: 'In trouble' };
    case 'Suspended':
      return { tone: 'idle', icon: '‖', word: 'Paused' };
    case 'Missing':
      return { tone: 'bad', icon: '?', word: 'Missing' };
    default:
      return { tone: 'idle', icon: '?', word: 'Not known' };
  }
}

export function operationWord(operation: Operation): Spoken {
  switch (operation.state) {
    case 'succeeded':
      return { tone: 'good', icon: '✓', word: 'Done' };
    case 'failed':
      return { tone: 'bad', icon: '✕', word: 'Failed' };
    case 'superseded':
      return { tone: 'idle', icon: '⤼', word: 'Overtaken' };
    default:
      return { tone: 'busy', icon: '◔', word: 'Under way' };
  }
}

/** Nothing of the app is to run, so nothing can be asked of what runs. */
export function isAside(operation: Pick<Operation, 'kind'>): boolean {
  return operation.kind === 'archive' || operation.kind === 'cleanup';
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

export function ago(at: string, now: number): string {
  const seconds = Math.round((Date.parse(at) - now) / 1000);
  const size = Math.abs(seconds);
  if (Number.isNaN(size)) return '';
  if (size < 5) return 'just now';
  if (size < 60) return relative.format(seconds, 'second');
  if (size < 3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return relative.format(Math.round(seconds / 3600), 'hour');
  return relative.format(Math.round(seconds / 86_400), 'day');
}

export function seconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

export function cores(millicores: number): string {
  return (millicores / 1000).toFixed(3);
}

/** The time of day, as wide at ten as at nine. */
export function clockTime(at: string): string {
  return new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
}

export function bytes(count: number): string {
  return `${(count / 1_048_576).toFixed(1)} MiB`;
}

/** Texts of the server begin small, so that they can stand within a line; where they stand alone they are sentences. */
export function sentence(text: string): string {
  const begins = /^(a|an|it|its|no|the|there|this|too|you|something) /.test(text);
  const whole = begins ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return begins && /[\p{L}\d)"]$/u.test(whole) ? `${whole}.` : whole;
}
