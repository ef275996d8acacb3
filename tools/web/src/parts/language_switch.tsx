import { Button } from '@mantine/core';

import { language, LANGUAGES, type Language, setLanguage, useTexts } from '../i18n';
import { LanguageIcon } from './icons';

/** Offers the other language, in that language: who needs it can read it. */
export function LanguageSwitch() {
  useTexts();
  const other = (Object.keys(LANGUAGES) as Language[]).find((name) => name !== language()) ?? 'en';
  return (
    <Button variant="subtle" size="compact-md" className="tool" lang={other === 'zh' ? 'zh-CN' : other}
      leftSection={<LanguageIcon size={18} />} onClick={() => { void setLanguage(other); }}>
      {LANGUAGES[other]}
    </Button>
  );
}
