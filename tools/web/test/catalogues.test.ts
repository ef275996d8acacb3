// The languages have the same texts, with the same places for values; every text that the pages ask for
// is there, and the findings are in the words of the node's own pages.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import en from '../src/i18n/en.json';
import zh from '../src/i18n/zh.json';

type Catalogue = { [key: string]: string | Catalogue };

function flat(catalogue: Catalogue, prefix = ''): Map<string, string> {
  return new Map(Object.entries(catalogue).flatMap(([key, value]) => (typeof value === 'string'
    ? [[prefix + key, value] as const] : [...flat(value, `${prefix}${key}.`)])));
}

const english = flat(en);
const chinese = flat(zh);
const values = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) ? [readFileSync(path, 'utf8')] : [];
  });
}

describe('the catalogues', () => {
  test('have the same keys, none empty', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [key, text] of [...english, ...chinese]) expect(text.trim(), key).not.toBe('');
  });

  test('put the same values in', () => {
    for (const [key, text] of english) expect(values(chinese.get(key) ?? ''), key).toEqual(values(text));
  });

  test('are in their languages', () => {
    for (const [key, text] of chinese) {
      if (key !== 'site') expect(/[\u4e00-\u9fff]/.test(text) || !/[A-Za-z]{4}/.test(text), key).toBe(true);
    }
  });

  test('have every text that is asked for by its whole name', () => {
    const asked = sources('src').flatMap((text) => [...text.matchAll(/\bt\(\s*'([\w.]+)'/g)])
      .map(([, key]) => key ?? '');
    expect(asked.length).toBeGreaterThan(50);
    expect(asked.filter((key) => !english.has(key))).toEqual([]);
  });

  test('have a text for every beginning that a word is put behind', () => {
    const beginnings = sources('src').flatMap((text) => [...text.matchAll(/\bt\(\s*`([\w.]+[._])\$\{/g)])
      .map(([, key]) => key ?? '');
    expect(beginnings.length).toBeGreaterThan(5);
    const keys = [...english.keys()];
    expect(beginnings.filter((start) => !keys.some((key) => key.startsWith(start)))).toEqual([]);
  });
});

test('findings are in the words of the pages without scripts', () => {
  const lines = readFileSync('../../src/http/pages/en.txt', 'utf8').split('\n');
  const texts = new Map(lines.filter((line) => line.includes(' = ')).map((line) => {
    const at = line.indexOf(' = ');
    return [line.slice(0, at), line.slice(at + 3)] as const;
  }));
  const findings = [...texts.keys()].filter((key) => key.startsWith('text_'))
    .map((key) => key.slice('text_'.length)).filter((name) => !['bad_key', 'class'].includes(name));
  expect(findings.length).toBeGreaterThan(10);
  for (const name of findings) {
    expect(english.get(`finding.${name}.title`)).toBe(texts.get(`title_${name}`));
    expect(english.get(`finding.${name}.text`)).toBe(texts.get(`text_${name}`)?.replace('{1}', '{{prefix}}'));
  }
});
