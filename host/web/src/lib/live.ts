// Live state: one event stream per page that wants it. The browser reconnects by itself and says
// which event it saw last.
import type { Schemas } from './api';

export type LiveEvent = Schemas['LiveEvent'];

/** Calls `heard` for each event of the project (or of all projects) until the returned function is called. */
export function listen(project: string | null, heard: (event: LiveEvent) => void): () => void {
  const query = project ? `?project=${encodeURIComponent(project)}` : '';
  const source = new EventSource(`/api/v1/live${query}`);
  let wasOpen = false;
  source.onopen = () => {
    // What happened while the line was down is not known for sure.
    if (wasOpen) heard({ type: 'reset' });
    wasOpen = true;
  };
  source.onmessage = (message: MessageEvent<string>) => heard(JSON.parse(message.data) as LiveEvent);
  return () => source.close();
}

/**
 * Reads what events tell of as well. An answer may be older than an event that came while it was on its way, and than one to a later
 * question: it is not shown, and asked for again unless somebody has. Whoever hears of an event says so by `told`.
 */
export function reader<T>(question: () => Promise<T>, show: (answer: T) => void, failed: (error: unknown) => void) {
  let asked = 0;
  /** Up to this question, what is shown is newer than the answer may be. */
  let passed = 0;
  async function read(): Promise<void> {
    const mine = ++asked;
    try {
      const answer = await question();
      if (mine > passed) {
        passed = mine;
        show(answer);
        return;
      }
    } catch (error) {
      if (mine > passed) return failed(error);
    }
    if (mine === asked) await read();
  }
  return { read, told: () => void (passed = asked) };
}

/** Calls at most once per `milliseconds`, the last call not lost. */
export function calm(milliseconds: number, work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      work();
    }, milliseconds);
  };
}
