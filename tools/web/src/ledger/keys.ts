// A person's keys and addresses (docs/spec/addresses.md). A secret key never leaves this page: what
// goes to a node is signatures.
import { schnorr, secp256k1 } from '@noble/curves/secp256k1';
import { bech32m } from '@scure/base';
import { HDKey } from '@scure/bip32';
import { entropyToMnemonic, mnemonicToSeedSync, validateMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english';

import { concatBytes, taggedHash, utf8ToBytes } from './bytes';

export interface Key {
  secret: Uint8Array;
  publicKey: Uint8Array;
}

const COIN_TYPE = 0x74616c; // "tal"
const MNEMONIC_BYTES = 16;

export function keyOf(secret: Uint8Array): Key | undefined {
  if (!secp256k1.utils.isValidPrivateKey(secret)) return undefined;
  return { secret, publicKey: schnorr.getPublicKey(secret) };
}

/** The words as they are hashed: lower case, one space between. */
export function plainWords(words: string): string {
  return words.trim().toLowerCase().split(/\s+/).join(' ');
}

export function validWords(words: string): boolean {
  return validateMnemonic(plainWords(words), wordlist);
}

export function newWords(): string {
  return entropyToMnemonic(crypto.getRandomValues(new Uint8Array(MNEMONIC_BYTES)), wordlist);
}

/** The key at m/86'/7627116'/account'/0/0; undefined if the words are no mnemonic. */
export function keyFromWords(words: string, account = 0): Key | undefined {
  if (!validWords(words)) return undefined;
  const root = HDKey.fromMasterSeed(mnemonicToSeedSync(plainWords(words)));
  const { privateKey } = root.derive(`m/86'/${COIN_TYPE}'/${account}'/0/0`);
  return privateKey ? keyOf(privateKey) : undefined;
}

/** A key that everybody knows: good on development networks alone (src/client/development.hpp). */
export function developmentKey(name: string): Key {
  const key = keyOf(taggedHash('tally/development-key', utf8ToBytes(name)));
  if (!key) throw new RangeError('no key');
  return key;
}

/** The address of a public key on the network whose addresses begin with `prefix`. */
export function encodeAddress(publicKey: Uint8Array, prefix: string): string {
  return bech32m.encode(prefix, bech32m.toWords(concatBytes(Uint8Array.of(0), publicKey)));
}

/** The public key of an address of this network; undefined for any other text and for locks. */
export function parseAddress(text: string, prefix: string): Uint8Array | undefined {
  try {
    const decoded = bech32m.decode(text as `${string}1${string}`);
    const data = bech32m.fromWords(decoded.words);
    if (decoded.prefix !== prefix || data.length !== 33 || data[0] !== 0) return undefined;
    return data.slice(1);
  } catch {
    return undefined;
  }
}

export const sign = (digest: Uint8Array, key: Key): Uint8Array => schnorr.sign(digest, key.secret);
