// The pages' texts. A language is a catalogue with the same keys (test/catalogues.test.ts holds that).
import i18next from 'i18next';
import { useSyncExternalStore } from 'react';

import en from './en.json';
import zh from './zh.json';

export const LANGUAGES = { en: 'English', zh: '中文' } as const;
export type Language = keyof typeof LANGUAGES;
const STORAGE = 'tally.language';

const isLanguage = (text: string | null): text is Language => text !== null && text in LANGUAGES;

/** What the person chose here before; else what the browser prefers; else English. */
export function firstLanguage(chosen: string | null, preferred: readonly string[]): Language {
  if (isLanguage(chosen)) return chosen;
  for (const tag of preferred) {
    const base = tag.split('-')[0] ?? '';
    if (isLanguage(base)) return base;
  }
  return 'en';
}

void i18next.init({
  lng: firstLanguage(localStorage.getItem(STORAGE), navigator.languages),
  fallbackLng: false,
  resources: { en: { translation: en }, zh: { translation: zh } },
  interpolation: { escapeValue: false }, // React escapes
  initAsync: false,
  showSupportNotice: false,
} as Parameters<typeof i18next.init>[0]);

export const language = (): Language => i18next.language as Language;

function apply() {
  document.documentElement.lang = language() === 'zh' ? 'zh-CN' : language();
}
apply();

export async function setLanguage(chosen: Language) {
  localStorage.setItem(STORAGE, chosen);
  await i18next.changeLanguage(chosen);
  apply();
}

export type Values = Record<string, string | number>;
export type Translate = (key: string, values?: Values) => string;

function subscribe(changed: () => void) {
  i18next.on('languageChanged', changed);
  return () => i18next.off('languageChanged', changed);
}

/** The texts in the language of the moment; the component is drawn again when that changes. */
export function useTexts(): Translate {
  useSyncExternalStore(subscribe, language);
  return (key, values) => i18next.t(key, values ?? {});
}

export const hasText = (key: string): boolean => i18next.exists(key);

/** A moment as people of that language write it. */
export function dateTime(ms: number, withTime = true): string {
  const tag = language() === 'zh' ? 'zh-CN' : 'en-GB';
  return new Intl.DateTimeFormat(tag, {
    dateStyle: 'medium', ...(withTime ? { timeStyle: 'short' } : {}),
  }).format(ms);
}
