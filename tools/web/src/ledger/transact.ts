// From what a person wants to what is settled: the node builds, this page checks and signs.
import type { Client, Settled } from '../api/client';
import { parseHex, toBase64 } from './bytes';
import { checkBuilt, type Expectation } from './check';
import { Forecast } from './errors';
import { type Key, sign } from './keys';
import type { Network } from './sign_in';

interface Built {
  body: string;
  forecast: { code: string; title: string } | null;
}

export interface Signer {
  client: Client;
  network: Network;
  key: Key;
}

/** Builds, checks, signs and submits. Throws ApiError, CheckFailed, Forecast. */
export async function transact(signer: Signer, parameters: object, expected: Expectation) {
  const built = await signer.client.send<Built>('POST', `/v1/build/${expected.command}`, parameters);
  if (built.forecast) throw new Forecast(built.forecast.code, built.forecast.title);
  const networkId = parseHex(signer.network.network_id, 32) ?? new Uint8Array();
  const txid = checkBuilt(built.body, expected,
    { networkId, publicKey: signer.key.publicKey, nowMs: Date.now() });
  const witness = toBase64(sign(txid, signer.key));
  return signer.client.send<Settled>('POST', '/v1/transactions',
    { body: built.body, witnesses: [witness] });
}
