// Bytes as the API writes them. All functions are total or throw RangeError: what comes from a node or
// a person is parsed by the `parse…` ones, which return undefined.
import { base64, hex } from '@scure/base';
import { sha256 } from '@noble/hashes/sha2';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils';

export { concatBytes, sha256, utf8ToBytes };
export const toHex = (bytes: Uint8Array): string => hex.encode(bytes);
export const toBase64 = (bytes: Uint8Array): string => base64.encode(bytes);

export function parseHex(text: string, size: number): Uint8Array | undefined {
  return new RegExp(`^[0-9a-f]{${size * 2}}$`).test(text) ? hex.decode(text) : undefined;
}

export function parseBase64(text: string): Uint8Array | undefined {
  try {
    return base64.decode(text);
  } catch {
    return undefined;
  }
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** A 32-bit number, big-endian. */
export function be32(value: number): Uint8Array {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value);
  return out;
}

/** A 64-bit number, big-endian. */
export function be64(value: bigint): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, value);
  return out;
}

/** BIP-340's tagged hash: sha256(sha256(tag) ‖ sha256(tag) ‖ parts). */
export function taggedHash(tag: string, ...parts: Uint8Array[]): Uint8Array {
  const head = sha256(utf8ToBytes(tag));
  return sha256(concatBytes(head, head, ...parts));
}
