// What a node built is decoded and held against what was wanted before it is signed
// (docs/spec/builders.md, "Checking"). A node that puts in anything else gets no signature.
import { fromBinary, toJson, type JsonValue } from '@bufbuild/protobuf';
import { CommandSchema, OutputSchema, TransactionSchema } from '@gen/tally/v1/transaction_pb';

import { equalBytes, parseBase64, taggedHash, toBase64 } from './bytes';
import { CheckFailed } from './errors';

const VALIDITY_MS_MAX = 24 * 60 * 60 * 1000;

/** JSON with the schema's own names; bytes in base64, 64-bit numbers as strings. */
export type Wanted = { readonly [name: string]: JsonValue };

export interface Expectation {
  /** The command's name, as `item_challenge`, and its body. What is not named must be empty. */
  command: string;
  body: Wanted;
  /** The outputs other than change. What is not named in one must be empty. */
  outputs?: readonly Wanted[];
  /** Whether coins may come back to the signer. */
  change?: boolean;
}

export interface Context {
  networkId: Uint8Array;
  publicKey: Uint8Array;
  nowMs: number;
}

const JSON_OPTIONS = { useProtoFieldName: true, alwaysEmitImplicit: true } as const;

// Bytes that are all zero are how the wire writes "none" for keys and hashes.
function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === false || value === 0) return true;
  if (typeof value === 'string') return value === '' || value === '0' || /^A+={0,2}$/.test(value)
    || value.endsWith('_UNSPECIFIED');
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.values(value).every(isEmpty);
}

/** Whether `got` is what was wanted, and empty wherever nothing was. */
export function matches(wanted: JsonValue | undefined, got: JsonValue | undefined): boolean {
  if (wanted === undefined || isEmpty(wanted)) return isEmpty(got);
  if (Array.isArray(wanted)) {
    return Array.isArray(got) && got.length === wanted.length
      && wanted.every((value, i) => matches(value, got[i]));
  }
  if (typeof wanted === 'object' && wanted !== null) {
    if (typeof got !== 'object' || got === null || Array.isArray(got)) return false;
    const names = new Set([...Object.keys(wanted), ...Object.keys(got)]);
    return [...names].every((name) => matches(wanted[name], got[name]));
  }
  return wanted === got;
}

function decode(body: Uint8Array) {
  try {
    return fromBinary(TransactionSchema, body);
  } catch {
    throw new CheckFailed('not_decoded');
  }
}

/** The txid to sign. Throws CheckFailed. */
export function checkBuilt(bodyBase64: string, expected: Expectation, context: Context): Uint8Array {
  const body = parseBase64(bodyBase64);
  if (!body) throw new CheckFailed('not_decoded');
  const transaction = decode(body);
  if (!equalBytes(transaction.networkId, context.networkId)) throw new CheckFailed('network');
  const [signer, ...others] = transaction.signers;
  if (!signer || others.length > 0 || !equalBytes(signer, context.publicKey)) {
    throw new CheckFailed('signers');
  }
  if (Number(transaction.validUntilMs) > context.nowMs + VALIDITY_MS_MAX) {
    throw new CheckFailed('validity');
  }
  const [command, ...more] = transaction.commands;
  if (!command || more.length > 0) throw new CheckFailed('commands');
  const json = toJson(CommandSchema, command, JSON_OPTIONS) as { [name: string]: JsonValue };
  delete json.inputs;
  delete json.outputs;
  if (!matches({ [expected.command]: expected.body }, json)
    || !(expected.command in json)) throw new CheckFailed('command');
  const ownLock = { key: { key: toBase64(context.publicKey) } };
  const outputs = transaction.outputs.filter(({ state }) => !(expected.change
    && state.case === 'coin' && state.value.lock?.kind.case === 'key'
    && equalBytes(state.value.lock.kind.value.key, context.publicKey)))
    .map((output) => toJson(OutputSchema, output, JSON_OPTIONS));
  const wanted = (expected.outputs ?? []).map((output) => withOwnLock(output, ownLock));
  if (!matches(wanted, outputs)) throw new CheckFailed('outputs');
  if (wanted.length === 0 && !expected.change && transaction.inputs.length > 0) {
    throw new CheckFailed('inputs');
  }
  return txid(context.networkId, body);
}

/** In an expectation, stands for a lock of the signer's own key. */
export const OWN_LOCK = 'own';

function withOwnLock(output: Wanted, ownLock: Wanted): Wanted {
  return Object.fromEntries(Object.entries(output).map(([name, value]) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return [name, value];
    return [name, { ...value, ...(value.lock === OWN_LOCK ? { lock: ownLock } : {}) }];
  }));
}

export function txid(networkId: Uint8Array, body: Uint8Array): Uint8Array {
  return taggedHash('tally/tx', networkId, body);
}
