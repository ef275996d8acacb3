// A read of the node, for a component: again whenever its path changes or somebody asks.
import { useCallback, useEffect, useState } from 'react';

import { ApiError, type Problem } from './client';
import { useSession } from '../session/session';

export interface Query<T> {
  data?: T | undefined;
  problem?: Problem | undefined;
  loading: boolean;
  reload: () => void;
}

/** Reads `path`; nothing while that is null. What was read before stays until the next answer is here. */
export function useQuery<T>(path: string | null): Query<T> {
  const { client } = useSession();
  const [round, setRound] = useState(0);
  const [state, setState] = useState<Omit<Query<T>, 'reload'>>({ loading: path !== null });
  useEffect(() => {
    if (path === null) {
      setState({ loading: false });
      return undefined;
    }
    const controller = new AbortController();
    setState((before) => ({ ...before, loading: true }));
    client.get<T>(path, controller.signal).then(
      (data) => setState({ data, loading: false }),
      (error: unknown) => {
        if (!(error instanceof ApiError)) return; // it was given up
        setState({ problem: error.problem, loading: false });
      },
    );
    return () => controller.abort();
  }, [client, path, round]);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  return { ...state, reload };
}
