import { expect, test } from 'vitest';

import { toHex } from '../src/ledger/bytes';
import {
  developmentKey, encodeAddress, keyFromWords, keyOf, newWords, parseAddress, validWords,
} from '../src/ledger/keys';
import { challengeDigest } from '../src/ledger/sign_in';
import { ForeignChallenge } from '../src/ledger/errors';
import { lock, unlock } from '../src/session/key_box';

// By tests/integration/node.py: tagged_hash("tally/sign-in", network_id ‖ key ‖ nonce ‖ expiry ‖ host).
const DIGEST = '3797ca0b9180c292f607fa674aca36556d39db8ddb448f478eb72aff1b70ce79';
const ABANDON = `${'abandon '.repeat(11)}about`;

test('words give the key of docs/spec/addresses.md', () => {
  expect(toHex(keyFromWords(ABANDON)?.publicKey ?? new Uint8Array()))
    .toBe('4aac8213e21e1e0dec600b32818dcf070f383dec624d541f291e46f359598bdc');
  expect(toHex(keyFromWords(`  ${ABANDON.toUpperCase()}\n`)?.publicKey ?? new Uint8Array()))
    .toBe('4aac8213e21e1e0dec600b32818dcf070f383dec624d541f291e46f359598bdc');
  expect(keyFromWords(ABANDON, 1)?.publicKey).not.toEqual(keyFromWords(ABANDON)?.publicKey);
  expect(keyFromWords('abandon '.repeat(12))).toBeUndefined();
});

test('new words are words, and never the same', () => {
  const [a, b] = [newWords(), newWords()];
  expect(validWords(a)).toBe(true);
  expect(a).not.toBe(b);
});

test('an address is read back on its own network alone', () => {
  const { publicKey } = developmentKey('ana');
  const address = encodeAddress(publicKey, 'tallyd');
  expect(parseAddress(address, 'tallyd')).toEqual(publicKey);
  expect(parseAddress(address, 'tally')).toBeUndefined();
  const misspelt = `${address.slice(0, -1)}${address.endsWith('q') ? 'p' : 'q'}`;
  expect(parseAddress(misspelt, 'tallyd')).toBeUndefined();
  expect(parseAddress('nonsense', 'tallyd')).toBeUndefined();
});

test('no key comes from zero or from the group’s order', () => {
  expect(keyOf(new Uint8Array(32))).toBeUndefined();
  expect(keyOf(new Uint8Array(32).fill(0xff))).toBeUndefined();
});

test('a kept key opens with its passphrase alone', async () => {
  const key = developmentKey('bo');
  const kept = await lock(key, 'address', 'correct horse', 1000);
  expect((await unlock(kept, 'correct horse'))?.secret).toEqual(key.secret);
  expect(await unlock(kept, 'correct horsf')).toBeUndefined();
  expect(await unlock({ ...kept, box: '!' }, 'correct horse')).toBeUndefined();
});

test('a challenge for another network, host or digest is not signed', () => {
  const key = developmentKey('bo');
  const network = {
    name: 'n', kind: 'development' as const, network_id: '11'.repeat(32), address_prefix: 'tallyd',
  };
  const challenge = {
    network_id: network.network_id, host: 'here', nonce: '22'.repeat(32), expires_ms: '1767225600000',
    digest: DIGEST,
  };
  expect(toHex(challengeDigest(challenge, key, network, 'here'))).toBe(DIGEST);
  for (const wrong of [{ host: 'there' }, { network_id: '12'.repeat(32) }, { digest: '00'.repeat(32) },
    { nonce: 'zz' }]) {
    expect(() => challengeDigest({ ...challenge, ...wrong }, key, network, 'here')).toThrow(ForeignChallenge);
  }
  expect(() => challengeDigest(challenge, key, network, 'there')).toThrow(ForeignChallenge);
});
