// The scan page: the code of a label by camera, photograph or keyboard; what is on record, at once; then
// what no record can tell: whether this object is the one.
import { Button, FileButton, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useSearchParams } from 'wouter';

import { useQuery } from '../api/use_query';
import { useTexts } from '../i18n';
import { CameraIcon, PhotoIcon } from '../parts/icons';
import { Notice, PageHead, ProblemNotice } from '../parts/notice';
import { Camera } from '../scan/camera';
import { type Found, readCode } from '../scan/code';
import { findInPhoto } from '../scan/detect';
import type { ScanRecord } from '../scan/record';
import { RecordView } from '../scan/record_view';

function Ways({ onCode }: { onCode: (text: string) => void }) {
  const t = useTexts();
  const [watching, setWatching] = useState(false);
  const [typed, setTyped] = useState('');
  const [searching, setSearching] = useState(false);
  const [missed, setMissed] = useState(false);
  const take = async (file: File | null) => {
    if (!file) return;
    setSearching(true);
    setMissed(false);
    const text = await findInPhoto(file);
    setSearching(false);
    if (text) onCode(text);
    else setMissed(true);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed.trim()) onCode(typed);
  };
  return (
    <section className="card ways" aria-label={t('scan.ways')}>
      {watching ? (
        <>
          <Camera onCode={(text) => { setWatching(false); onCode(text); }} />
          <Button variant="default" fullWidth onClick={() => setWatching(false)}>{t('scan.stop')}</Button>
        </>
      ) : (
        <div className="row">
          <Button size="lg" className="grow" leftSection={<CameraIcon />} onClick={() => setWatching(true)}>
            {t('scan.camera')}
          </Button>
          <FileButton onChange={(file) => { void take(file); }} accept="image/*"
            inputProps={{ 'aria-label': t('scan.photo') }}>
            {(props) => (
              <Button {...props} size="lg" className="grow" variant="default" loading={searching}
                leftSection={<PhotoIcon />}>
                {t('scan.photo')}
              </Button>
            )}
          </FileButton>
        </div>
      )}
      {missed ? <Notice tone="warn" live title={t('scan.photo_missed')}>{t('scan.photo_missed_text')}</Notice>
        : null}
      <form onSubmit={submit} className="row end">
        <TextInput className="grow" label={t('scan.type')} placeholder="01/09521141000019/21/A1"
          value={typed} onChange={(event) => setTyped(event.currentTarget.value)} autoCapitalize="none"
          spellCheck={false} />
        <Button type="submit" variant="default">{t('scan.look_up')}</Button>
      </form>
    </section>
  );
}

function Answer({ found }: { found: Found }) {
  const t = useTexts();
  const { data, problem, loading } = useQuery<ScanRecord>(found.isClass ? null : found.path);
  if (found.isClass) {
    return <Notice tone="warn" big live title={t('finding.class.title')}>{t('finding.class.text')}</Notice>;
  }
  if (loading && !data) return <p role="status" className="soft">{t('loading')}</p>;
  if (problem?.code === 'item_unknown') {
    return (
      <Notice tone="open" big live title={t('finding.unknown.title')}>
        <p>{t('finding.unknown.text')}</p>
        <p className="small"><code>{found.path.slice(1)}</code></p>
      </Notice>
    );
  }
  if (problem?.code === 'gs1_key_invalid') {
    return (
      <Notice tone="warn" big live title={t('finding.bad_key.title')}>
        <p>{t('finding.bad_key.text')}</p>
        <p className="small"><code>{found.path.slice(1)}</code></p>
      </Notice>
    );
  }
  if (problem) return <ProblemNotice problem={problem} />;
  return data ? <RecordView record={data} path={found.path} /> : null;
}

export function ScanPage() {
  const t = useTexts();
  const [parameters, setParameters] = useSearchParams();
  const text = parameters.get('code');
  const found = text === null ? undefined : readCode(text);
  const answered = text !== null;
  return (
    <>
      <PageHead title={t('scan.title')}>{answered ? null : t('scan.text')}</PageHead>
      {answered ? (
        <Button variant="default" mb="md" onClick={() => setParameters({})}>{t('scan.again')}</Button>
      ) : <Ways onCode={(code) => setParameters({ code })} />}
      {found ? <Answer key={found.path} found={found} /> : null}
      {answered && !found ? (
        <Notice tone="warn" big live title={t('scan.no_item')}>
          <p>{t('scan.no_item_text')}</p>
          <p className="small"><code>{text.slice(0, 200)}</code></p>
        </Notice>
      ) : null}
      {answered ? null : <p className="soft small">{t('scan.privacy')}</p>}
    </>
  );
}
