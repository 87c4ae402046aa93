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
