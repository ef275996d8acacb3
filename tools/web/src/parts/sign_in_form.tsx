// Signing in: with a development network's key, with twelve or more words, or with the key that this
// device keeps. The key stays in this page; the node gets a signature.
import {
  Button, Checkbox, NumberInput, PasswordInput, Select, Stack, Tabs, Textarea,
} from '@mantine/core';
import { type FormEvent, useState } from 'react';

import { useTexts } from '../i18n';
import {
  developmentKey, encodeAddress, type Key, keyFromWords, newWords, validWords,
} from '../ledger/keys';
import { shortAddress } from '../ledger/text';
import { errorText, Notice } from './notice';
import { canKeepKeys, forget, keep, keptKey, lock, unlock } from '../session/key_box';
import { useSession } from '../session/session';

const DEVELOPMENT_NAMES = [
  'boutique', 'maison', 'centre', 'appraiser-1', 'appraiser-2', 'appraiser-3', 'ana', 'bo', 'cai',
  'mallory',
];
const PASSPHRASE_MIN = 10;

type Enter = (key: () => Promise<Key | undefined>, wrong: string, name?: string) => Promise<void>;

function useEntrance(onDone?: () => void) {
  const t = useTexts();
  const session = useSession();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const enter: Enter = async (makeKey, wrong, name) => {
    setBusy(true);
    setFailure(undefined);
    try {
      const key = await makeKey();
      if (!key) {
        setFailure(wrong);
        return;
      }
      await session.signIn(key, name);
      onDone?.();
    } catch (error) {
      setFailure(errorText(t, error));
    } finally {
      setBusy(false);
    }
  };
  return { enter, busy, failure };
}

function Development({ enter, busy }: { enter: Enter; busy: boolean }) {
  const t = useTexts();
  const [name, setName] = useState<string | null>('boutique');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name) void enter(() => Promise.resolve(developmentKey(name)), '', name);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <p>{t('sign_in.development_text')}</p>
        <Select label={t('sign_in.development_name')} data={DEVELOPMENT_NAMES} value={name}
          onChange={setName} allowDeselect={false} />
        <Button type="submit" loading={busy}>{t('account.sign_in')}</Button>
      </Stack>
    </form>
  );
}

function Words({ enter, busy }: { enter: Enter; busy: boolean }) {
  const t = useTexts();
  const { network } = useSession();
  const [words, setWords] = useState('');
  const [role, setRole] = useState<number | string>(0);
  const [keeping, setKeeping] = useState(false);
  const [passphrase, setPassphrase] = useState('');
  const [made, setMade] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void enter(async () => {
      const key = keyFromWords(words, Number(role));
      if (key && keeping && network) {
        keep(await lock(key, encodeAddress(key.publicKey, network.address_prefix), passphrase));
      }
      return key;
    }, t('sign_in.words_wrong'));
  };
  const tooShort = keeping && passphrase.length > 0 && passphrase.length < PASSPHRASE_MIN;
  return (
    <form onSubmit={submit}>
      <Stack>
        <p>{t('sign_in.words_text')}</p>
        <Textarea label={t('sign_in.words')} value={words} autosize minRows={2} autoComplete="off"
          autoCapitalize="none" spellCheck={false}
          onChange={(event) => setWords(event.currentTarget.value)}
          error={words.trim().split(/\s+/).length >= 12 && !validWords(words)
            ? t('sign_in.words_wrong') : undefined} />
        <Button variant="default" onClick={() => { setWords(newWords()); setMade(true); }}>
          {t('sign_in.make')}
        </Button>
        {made ? <Notice tone="warn" live title={t('sign_in.made')}>{t('sign_in.made_text')}</Notice> : null}
        <NumberInput label={t('sign_in.role')} description={t('sign_in.role_text')} value={role}
          onChange={setRole} min={0} max={1000} allowDecimal={false} />
        {canKeepKeys() ? (
          <Checkbox label={t('sign_in.keep')} checked={keeping}
            onChange={(event) => setKeeping(event.currentTarget.checked)} />
        ) : null}
        {keeping ? (
          <PasswordInput label={t('sign_in.passphrase')} value={passphrase} autoComplete="new-password"
            description={t('sign_in.passphrase_text')}
            onChange={(event) => setPassphrase(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': t('sign_in.show') }}
            error={tooShort ? t('sign_in.passphrase_short') : undefined} />
        ) : null}
        <Button type="submit" loading={busy} disabled={keeping && passphrase.length < PASSPHRASE_MIN}>
          {t('account.sign_in')}
        </Button>
      </Stack>
    </form>
  );
}

function Kept({ enter, busy }: { enter: Enter; busy: boolean }) {
  const t = useTexts();
  const [kept, setKept] = useState(keptKey);
  const [passphrase, setPassphrase] = useState('');
  if (!kept) return <p>{t('sign_in.kept_none')}</p>;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void enter(() => unlock(kept, passphrase), t('sign_in.passphrase_wrong'));
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <p>{t('sign_in.kept_text', { address: shortAddress(kept.address) })}</p>
        <PasswordInput label={t('sign_in.passphrase')} value={passphrase} autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': t('sign_in.show') }}
          onChange={(event) => setPassphrase(event.currentTarget.value)} />
        <Button type="submit" loading={busy}>{t('sign_in.unlock')}</Button>
        <Button variant="default" onClick={() => { forget(); setKept(undefined); }}>
          {t('sign_in.forget')}
        </Button>
      </Stack>
    </form>
  );
}

/** The ways to sign in; `onDone` is told when somebody has. */
export default function SignInForm({ onDone }: { onDone?: () => void }) {
  const t = useTexts();
  const { network, networkFailed } = useSession();
  const { enter, busy, failure } = useEntrance(onDone);
  if (networkFailed) return <Notice tone="bad" live title={t('failed')}>{t('problem.unreachable')}</Notice>;
  if (!network) return <p role="status" className="soft">{t('loading')}</p>;
  const development = network.kind === 'development';
  return (
    <>
      <Tabs defaultValue={development ? 'development' : keptKey() ? 'kept' : 'words'}>
        <Tabs.List>
          {development ? <Tabs.Tab value="development">{t('sign_in.development')}</Tabs.Tab> : null}
          <Tabs.Tab value="words">{t('sign_in.words')}</Tabs.Tab>
          <Tabs.Tab value="kept">{t('sign_in.kept')}</Tabs.Tab>
        </Tabs.List>
        {development ? (
          <Tabs.Panel value="development" pt="md"><Development enter={enter} busy={busy} /></Tabs.Panel>
        ) : null}
        <Tabs.Panel value="words" pt="md"><Words enter={enter} busy={busy} /></Tabs.Panel>
        <Tabs.Panel value="kept" pt="md"><Kept enter={enter} busy={busy} /></Tabs.Panel>
      </Tabs>
      {failure ? <Notice tone="bad" live title={t('sign_in.failed')}>{failure}</Notice> : null}
    </>
  );
}
