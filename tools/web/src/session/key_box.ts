// A key that is kept on this device, locked with a passphrase: AES-256-GCM under PBKDF2-SHA256. The
// browser's own cryptography does it, which pages get only over HTTPS or from the same machine.
import { concatBytes, parseBase64, toBase64 } from '../ledger/bytes';
import { type Key, keyOf } from '../ledger/keys';

const STORAGE = 'tally.key';
const ITERATIONS = 600_000;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;

export interface KeptKey {
  address: string;
  iterations: number;
  box: string; // salt ‖ nonce ‖ ciphertext and tag, base64
}

async function wrappingKey(passphrase: string, salt: Uint8Array, iterations: number) {
  const material = await crypto.subtle.importKey(
    'raw', new TextEncoder().encode(passphrase.normalize('NFKC')), 'PBKDF2', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt: new Uint8Array(salt), iterations }, material,
    { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

export async function lock(key: Key, address: string, passphrase: string, iterations = ITERATIONS) {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const wrapping = await wrappingKey(passphrase, salt, iterations);
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, wrapping,
    new Uint8Array(key.secret));
  const box = toBase64(concatBytes(salt, iv, new Uint8Array(sealed)));
  return { address, iterations, box } satisfies KeptKey;
}

/** Undefined if the passphrase is not the one. */
export async function unlock(kept: KeptKey, passphrase: string): Promise<Key | undefined> {
  const bytes = parseBase64(kept.box);
  if (!bytes) return undefined;
  const salt = bytes.slice(0, SALT_BYTES);
  const iv = bytes.slice(SALT_BYTES, SALT_BYTES + NONCE_BYTES);
  const wrapping = await wrappingKey(passphrase, salt, kept.iterations);
  try {
    const secret = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, wrapping,
      new Uint8Array(bytes.slice(SALT_BYTES + NONCE_BYTES)));
    return keyOf(new Uint8Array(secret));
  } catch {
    return undefined;
  }
}

export const canKeepKeys = (): boolean => globalThis.crypto?.subtle !== undefined;

export function keptKey(): KeptKey | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(STORAGE) ?? 'null') as KeptKey | null;
    return kept ?? undefined;
  } catch {
    return undefined;
  }
}
export const keep = (kept: KeptKey): void => localStorage.setItem(STORAGE, JSON.stringify(kept));
export const forget = (): void => localStorage.removeItem(STORAGE);
