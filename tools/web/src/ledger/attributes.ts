import { taggedHash, utf8ToBytes } from './bytes';

/** The hash that stands for an attribute's value (contracts::attribute_hash()). */
export function attributeHash(name: string, value: string): Uint8Array {
  return taggedHash('tally/attribute', utf8ToBytes(name), Uint8Array.of(0), utf8ToBytes(value));
}
