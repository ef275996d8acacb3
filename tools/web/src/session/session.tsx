// Who is at the screen. The key is in memory and goes with the page; a development key, which is no
// secret, is remembered by its name for as long as the tab lives.
import {
  createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState,
} from 'react';

import { type Client, makeClient } from '../api/client';
import type { Key } from '../ledger/keys';
import type { Network } from '../ledger/sign_in';

const DEVELOPMENT_NAME = 'tally.development-key';

export interface Account {
  key: Key;
  address: string;
  /** Of a development key. */
  name?: string;
  roles: readonly string[];
  prefixes: readonly string[];
}

export interface Session {
  client: Client;
  /** Undefined until the node has answered. */
  network?: Network | undefined;
  networkFailed: boolean;
  account?: Account | undefined;
  signIn: (key: Key, developmentName?: string) => Promise<void>;
  signOut: () => void;
}

interface RoleEntry {
  type: string;
  role?: string;
  prefix?: string;
  brand?: string | null;
  revoked_ms?: string;
}

const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('outside of SessionProvider');
  return session;
}

// What signs is not fetched before somebody signs in.
const signing = () => import('../ledger/sign_in');

async function readAccount(client: Client, address: string, key: Key, name?: string) {
  const { roles } = await client.get<{ roles: RoleEntry[] }>(`/v1/accounts/${address}`);
  const standing = roles.filter(({ revoked_ms: revoked }) => !revoked || revoked === '0');
  const account: Account = {
    key,
    address,
    roles: standing.flatMap(({ role }) => (role ? [role] : [])),
    prefixes: standing.flatMap(({ prefix, brand }) => (prefix && brand === address ? [prefix] : [])),
  };
  return name ? { ...account, name } : account;
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const [network, setNetwork] = useState<Network>();
  const [networkFailed, setNetworkFailed] = useState(false);
  const [state, setState] = useState<{ client: Client; account?: Account }>(
    () => ({ client: makeClient() }));

  const signIn = useCallback(async (key: Key, name?: string) => {
    if (!network) throw new Error('no network');
    const { signIn: answerChallenge } = await signing();
    const { token, address } = await answerChallenge(makeClient(), network, key, location.hostname);
    const client = makeClient(token);
    setState({ client, account: await readAccount(client, address, key, name) });
    if (name) sessionStorage.setItem(DEVELOPMENT_NAME, name);
  }, [network]);

  const signOut = useCallback(() => {
    sessionStorage.removeItem(DEVELOPMENT_NAME);
    state.account?.key.secret.fill(0);
    if (state.account) state.client.send('DELETE', '/v1/session').catch(() => undefined);
    setState({ client: makeClient() });
  }, [state]);

  useEffect(() => {
    makeClient().get<Network>('/v1/network').then(setNetwork, () => setNetworkFailed(true));
  }, []);

  useEffect(() => {
    const name = sessionStorage.getItem(DEVELOPMENT_NAME);
    if (network?.kind !== 'development' || !name) return;
    signing().then(({ developmentKey }) => signIn(developmentKey(name), name))
      .catch(() => sessionStorage.removeItem(DEVELOPMENT_NAME));
  }, [network, signIn]);

  const session = useMemo(
    () => ({ ...state, network, networkFailed, signIn, signOut }),
    [state, network, networkFailed, signIn, signOut],
  );
  return <SessionContext.Provider value={session}>{children}</SessionContext.Provider>;
}
