// The one way to the API: typed by the OpenAPI document, problems as errors.
import type { components } from './generated/api';

export type Schemas = components['schemas'];
export type Problem = Schemas['Problem'];
export type Deployment = Schemas['Deployment'];
export type DeploymentDetail = Schemas['DeploymentDetail'];
export type Operation = Schemas['Operation'];
export type Revision = Schemas['Revision'];
export type Diff = Schemas['Diff'];
export type Accepted = Schemas['Accepted'];
export type Blueprint = Schemas['Blueprint'];
export type BlueprintSummary = Schemas['BlueprintSummary'];
export type Plugin = Schemas['Plugin'];
export type Offer = Schemas['Offer'];
export type Release = Schemas['Release'];
export type Source = Schemas['Source'];
export type Subscription = Schemas['Subscription'];
export type Share = Schemas['Share'];
export type ProjectBlueprint = Schemas['ProjectBlueprint'];
export type TrustRule = Schemas['TrustRule'];
export type Project = Schemas['Project'];
export type Identity = Schemas['Identity'];
export type ClusterObject = Schemas['ClusterObject'];
export type ClusterEvent = Schemas['Event'];
export type Usage = Schemas['Usage'];
export type Volume = Schemas['Volume'];
export type LogLine = Schemas['LogLine'];
export type Page<T> = { items: T[]; next?: string | null };
export type Values = Record<string, unknown>;

/** An answer that says what went wrong and what to do. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch {
    throw new ApiError({
      type: 'urn:slipway:problem:unreachable',
      title: 'Slipway does not answer',
      status: 0,
      detail: 'Slipway does not answer.',
      hint: 'Check that the server runs and that you are connected, then try again.',
    });
  }
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as T;
  throw new ApiError(asProblem(response, text));
}

function asProblem(response: Response, text: string): Problem {
  try {
    return JSON.parse(text) as Problem;
  } catch {
    const title = `${response.status} ${response.statusText}`;
    return { type: 'about:blank', title, status: response.status, detail: title };
  }
}

export const api = {
  get: <T>(path: string) => call<T>('GET', path),
  post: <T>(path: string, body: unknown = {}) => call<T>('POST', path, body),
  put: <T>(path: string, body: unknown) => call<T>('PUT', path, body),
  delete: <T = void>(path: string) => call<T>('DELETE', path),
};

/** All pages of a list that is known to be short; longer lists page by themselves. */
export async function all<T>(path: string): Promise<T[]> {
  const items: T[] = [];
  let cursor = '';
  for (;;) {
    const page = await api.get<Page<T>>(`${path}?limit=200${cursor}`);
    items.push(...page.items);
    if (!page.next) return items;
    cursor = `&cursor=${encodeURIComponent(page.next)}`;
  }
}

/** The problem in whatever was thrown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return { type: 'about:blank', title: 'Something went wrong in this page', status: 0, detail };
}
