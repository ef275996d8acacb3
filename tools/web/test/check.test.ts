// A node that builds anything else than what was wanted gets no signature.
import { create, toBinary } from '@bufbuild/protobuf';
import {
  CommandSchema, InputSchema, ItemChallengeSchema, OutputSchema, TransactionSchema,
} from '@gen/tally/v1/transaction_pb';
import { expect, test } from 'vitest';

import { be64, taggedHash, toBase64, toHex } from '../src/ledger/bytes';
import { checkBuilt, type Expectation, matches, OWN_LOCK } from '../src/ledger/check';
import { CheckFailed } from '../src/ledger/errors';
import { developmentKey } from '../src/ledger/keys';

const networkId = new Uint8Array(32).fill(7);
const own = developmentKey('bo').publicKey;
const other = developmentKey('mallory').publicKey;
const reason = new Uint8Array(32).fill(9);
const NOW = 1_767_225_600_000;
const context = { networkId, publicKey: own, nowMs: NOW };

const challenge = (over = {}) => create(ItemChallengeSchema,
  { gs1Key: '01/09521141000019/21/A1', challenger: own, reasonHash: reason, ...over });

function transaction(over = {}) {
  return create(TransactionSchema, {
    version: 1,
    networkId,
    signers: [own],
    validUntilMs: BigInt(NOW + 600_000),
    commands: [create(CommandSchema, { body: { case: 'itemChallenge', value: challenge() } })],
    ...over,
  });
}

const wanted: Expectation = {
  command: 'item_challenge',
  body: {
    gs1_key: '01/09521141000019/21/A1', challenger: toBase64(own), reason_hash: toBase64(reason),
  },
};

const built = (over = {}) => toBase64(toBinary(TransactionSchema, transaction(over)));

function refusal(over: object, expectation = wanted): string {
  try {
    checkBuilt(built(over), expectation, context);
  } catch (error) {
    if (error instanceof CheckFailed) return error.reason;
    throw error;
  }
  return 'signed';
}

test('what was wanted is signed by its txid', () => {
  const body = toBinary(TransactionSchema, transaction());
  expect(toHex(checkBuilt(toBase64(body), wanted, context)))
    .toBe(toHex(taggedHash('tally/tx', networkId, body)));
});

const command = (value: ReturnType<typeof challenge>) =>
  create(CommandSchema, { body: { case: 'itemChallenge', value } });
const coin = (key: Uint8Array) => create(OutputSchema, {
  state: {
    case: 'coin',
    value: { asset: reason, amount: 5n, lock: { kind: { case: 'key', value: { key } } } },
  },
});
const item = (key: Uint8Array) => create(OutputSchema, {
  state: { case: 'item', value: { gs1Key: 'k', lock: { kind: { case: 'key', value: { key } } } } },
});

test.each([
  ['another network', { networkId: reason }, 'network'],
  ['somebody else’s signature', { signers: [other] }, 'signers'],
  ['a second signer', { signers: [own, other] }, 'signers'],
  ['none', { signers: [] }, 'signers'],
  ['a long life', { validUntilMs: BigInt(NOW + 86_400_001) }, 'validity'],
  ['a second step', { commands: [command(challenge()), command(challenge())] }, 'commands'],
  ['no step', { commands: [] }, 'commands'],
  ['another item', { commands: [command(challenge({ gs1Key: '8004/95211412' }))] }, 'command'],
  ['another reason', { commands: [command(challenge({ reasonHash: own }))] }, 'command'],
  ['a flag that was not asked for', { commands: [command(challenge({ resolve: true }))] }, 'command'],
  ['another command', {
    commands: [create(CommandSchema, { body: { case: 'itemTransfer', value: {} } })],
  }, 'command'],
  ['a coin for somebody', { outputs: [coin(other)] }, 'outputs'],
  ['a coin of one’s own, unasked', { outputs: [coin(own)] }, 'outputs'],
  ['an input', { inputs: [create(InputSchema, { number: 4n })] }, 'inputs'],
])('%s is not signed', (_, over, reasonWord) => {
  expect(refusal(over)).toBe(reasonWord);
});

test('an output must be the one that was wanted; change may come back to oneself alone', () => {
  const expectation = {
    ...wanted, change: true, outputs: [{ item: { gs1_key: 'k', lock: OWN_LOCK } }],
  };
  expect(refusal({ outputs: [item(own), coin(own)] }, expectation)).toBe('signed');
  expect(refusal({ outputs: [item(own)] }, expectation)).toBe('signed');
  expect(refusal({ outputs: [item(other)] }, expectation)).toBe('outputs');
  expect(refusal({ outputs: [item(own), coin(other)] }, expectation)).toBe('outputs');
  expect(refusal({ outputs: [] }, expectation)).toBe('outputs');
});

test('what cannot be read is not signed', () => {
  for (const body of ['', '!', toBase64(be64(99n))]) {
    expect(() => checkBuilt(body, wanted, context)).toThrow(CheckFailed);
  }
});

test('nothing wanted is matched by nothing alone', () => {
  expect(matches(undefined, { a: '', b: [], c: '0', d: 'AAAA', e: 'ROLE_UNSPECIFIED' })).toBe(true);
  expect(matches(undefined, { a: 'AAAB' })).toBe(false);
  expect(matches({ a: '1' }, { a: '1', b: '0' })).toBe(true);
  expect(matches({ a: '1' }, { a: '1', b: '2' })).toBe(false);
  expect(matches(['1'], ['1', '1'])).toBe(false);
  expect(matches({ a: { b: 'x' } }, { a: 'x' })).toBe(false);
});
