// A short session for whoever has an account's key: the key signs the node's challenge, here.
import { be64, equalBytes, parseHex, taggedHash, toHex, utf8ToBytes } from './bytes';
import { ForeignChallenge } from './errors';
import { encodeAddress, type Key, sign } from './keys';
import type { Client } from '../api/client';

export { developmentKey } from './keys';

export interface Network {
  name: string;
  kind: 'main' | 'test' | 'development';
  network_id: string;
  address_prefix: string;
}

interface Challenge {
  network_id: string;
  host: string;
  nonce: string;
  expires_ms: string;
  digest: string;
}

export interface SignedIn {
  token: string;
  address: string;
  expires_ms: string;
}

/** What is signed (custody::sign_in_digest()). Throws ForeignChallenge. */
export function challengeDigest(challenge: Challenge, key: Key, network: Network, host: string) {
  const networkId = parseHex(network.network_id, 32);
  const nonce = parseHex(challenge.nonce, 32);
  if (!networkId || !nonce || challenge.network_id !== network.network_id || challenge.host !== host) {
    throw new ForeignChallenge();
  }
  const digest = taggedHash('tally/sign-in', networkId, key.publicKey, nonce,
    be64(BigInt(challenge.expires_ms)), utf8ToBytes(host));
  if (!equalBytes(digest, parseHex(challenge.digest, 32) ?? new Uint8Array())) {
    throw new ForeignChallenge();
  }
  return digest;
}

export async function signIn(client: Client, network: Network, key: Key, host: string) {
  const address = encodeAddress(key.publicKey, network.address_prefix);
  const challenge = await client.send<Challenge>('POST', '/v1/sign-in/challenge', { address });
  const signature = sign(challengeDigest(challenge, key, network, host), key);
  return client.send<SignedIn>('POST', '/v1/sign-in', {
    address,
    nonce: challenge.nonce,
    expires_ms: challenge.expires_ms,
    signature: toHex(signature),
  });
}
