// The node's HTTP interface (api/openapi.yaml), from its own pages. A token goes with every request of
// who has signed in, and nothing else of theirs does.
export interface Problem {
  status: number;
  code: string;
  title: string;
  detail?: string;
  field?: string;
  index?: number;
}

/** A refusal of the node's, or that it was not reached (code `unreachable`). */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.code}: ${problem.detail ?? problem.title}`);
  }
}

export interface Settled {
  txid: string;
  height: string;
}

export interface Client {
  get<T>(path: string, signal?: AbortSignal): Promise<T>;
  send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T>;
}

async function problemOf(response: Response): Promise<Problem> {
  const unknown: Problem = { status: response.status, code: 'unknown', title: response.statusText };
  try {
    return { ...unknown, ...(await response.json() as Partial<Problem>) };
  } catch {
    return unknown;
  }
}

async function request(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, credentials: 'omit', cache: 'no-store' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError({ status: 0, code: 'unreachable', title: 'The node was not reached' });
  }
  if (!response.ok) throw new ApiError(await problemOf(response));
  return response;
}

/** A client that speaks for whoever has `token`, or for nobody. */
export function makeClient(token?: string): Client {
  const own: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
  return {
    async get<T>(path: string, signal?: AbortSignal) {
      const headers = { ...own, Accept: 'application/json' };
      const response = await request(path, { headers, ...(signal ? { signal } : {}) });
      return await response.json() as T;
    },
    async send<T>(method: string, path: string, body?: unknown) {
      const content = body === undefined ? {}
        : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
      const headers = { ...own, Accept: 'application/json', ...content.headers };
      const response = await request(path, { ...content, method, headers });
      return (response.status === 204 ? undefined : await response.json()) as T;
    },
  };
}
