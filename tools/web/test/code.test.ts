import { describe, expect, test } from 'vitest';

import { readCode } from '../src/scan/code';
import { matchesRecord, plainMark } from '../src/scan/record';
import { attributeHash } from '../src/ledger/attributes';
import { toHex } from '../src/ledger/bytes';

const BAG = '/01/09521141000019/21/A1';

describe('a code', () => {
  test.each([
    ['a link to this node', `https://node.example${BAG}`],
    ['a link to another resolver, below its path', `https://id.example/gs1${BAG}?17=261231#x`],
    ['element strings', '(01)09521141000019(21)A1'],
    ['a data carrier’s elements', '010952114100001921A1'],
    ['the same with a symbology identifier', ']d2010952114100001921A1\u001d17261231'],
    ['a canonical key', '01/09521141000019/21/A1'],
    ['a path', BAG],
  ])('is read from %s', (_, text) => {
    expect(readCode(text)).toEqual({ path: BAG, isClass: false });
  });

  test('keeps what is escaped in it', () => {
    const path = '/01/09521141000019/21/A%2FB';
    expect(readCode(`https://x.example${path}`)?.path).toBe(path);
    expect(readCode('(01)09521141000019(21)A/B')?.path).toBe(path);
  });

  test('of assets is read as well', () => {
    expect(readCode('https://x.example/8004/952114189')).toEqual({ path: '/8004/952114189', isClass: false });
    expect(readCode('(8003)09521141000019S1')?.path).toBe('/8003/09521141000019S1');
  });

  test('without a serial number is of a class', () => {
    expect(readCode('https://x.example/01/09521141000019')?.isClass).toBe(true);
    expect(readCode('(01)09521141000019(10)LOT')?.isClass).toBe(true);
  });

  test.each(['https://example.com/', 'hello', '', 'https://', 'javascript:alert(1)', '(21)A1', '/01/'])(
    'that holds no key is none: %s', (text) => {
      expect(readCode(text)).toBeUndefined();
    });
});

test('a mark is compared as people write it', () => {
  const attributes = { serial: toHex(attributeHash('serial', 'AB1234')) };
  expect(plainMark(' ab-12 34 ')).toBe('AB1234');
  expect(matchesRecord(attributes, 'serial', 'ab 12-34')).toBe(true);
  expect(matchesRecord(attributes, 'serial', 'AB1235')).toBe(false);
  expect(matchesRecord(attributes, 'seal', 'AB1234')).toBeUndefined();
});
