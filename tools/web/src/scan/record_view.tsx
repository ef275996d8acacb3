// A record on the screen: the finding first, then what is known, then the object itself.
import { dateTime, useTexts } from '../i18n';
import { shortAddress } from '../ledger/text';
import { Card, Notice } from '../parts/notice';
import { Comparison } from './comparison';
import { type ScanRecord, statusKey, toneOf, verdictTone } from './record';

const day = (ms: string): string => dateTime(Number(ms), false);

function identityText(key: string, t: ReturnType<typeof useTexts>): string {
  const parts = key.split('/').map(decodeURIComponent);
  if (parts[0] === '01') {
    return t('scan.identity_sgtin', { gtin: parts[1] ?? '', serial: parts.at(-1) ?? '' });
  }
  if (parts[0] === '8003') {
    return t('scan.identity_grai',
      { grai: (parts[1] ?? '').slice(0, 14), serial: (parts[1] ?? '').slice(14) });
  }
  return t('scan.identity_giai', { giai: parts[1] ?? '' });
}

function Facts({ record }: { record: ScanRecord }) {
  const t = useTexts();
  const issuer = record.issued === 'admitted' ? 'centre' : 'brand';
  const stands = record.authority_stands ? '' : '_ended';
  return (
    <Card title={t('scan.known')}>
      <dl className="facts">
        <dt>{t('scan.identity')}</dt><dd>{identityText(record.gs1_key, t)}</dd>
        <dt>{t('scan.record')}</dt>
        <dd>{t(`scan.record_${issuer}${stands}`, { date: day(record.since_ms), prefix: record.prefix })}</dd>
        <dt>{t('scan.status')}</dt>
        <dd>
          {t(statusKey(record), record.flag
            ? { since: day(record.flag.since_ms), until: day(record.flag.expires_ms) } : {})}
        </dd>
        <dt>{t('scan.owners')}</dt>
        <dd>{record.owners === 0 ? t('scan.owners_none') : t('scan.owners_n', { n: record.owners })}</dd>
        <dt>{t('scan.events')}</dt>
        <dd>{t('scan.events_text', { facts: record.facts, claims: record.claims })}</dd>
        {record.open_challenges > 0 ? (
          <><dt>{t('scan.doubts')}</dt><dd>{t('scan.doubts_text', { n: record.open_challenges })}</dd></>
        ) : null}
      </dl>
    </Card>
  );
}

function Verdicts({ record }: { record: ScanRecord }) {
  const t = useTexts();
  return (
    <Card title={t('scan.verdicts')}>
      {record.verdicts.length === 0 ? <p className="soft">{t('scan.verdicts_none')}</p> : (
        <ul className="plain-list">
          {record.verdicts.map((verdict) => (
            <li key={verdict.appraiser} className={`tint ${verdictTone(verdict)}`}>
              <strong>{t(`verdict.${verdict.verdict}`)}</strong>
              <span>
                {t(verdict.accredited ? 'scan.verdict_text' : 'scan.verdict_ended', {
                  date: day(verdict.time_ms),
                  confidence: Math.round(verdict.confidence_bps / 100),
                  appraiser: shortAddress(verdict.appraiser),
                })}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

export function RecordView({ record, path }: { record: ScanRecord; path: string }) {
  const t = useTexts();
  return (
    <>
      <Notice tone={toneOf(record.finding)} big live title={t(`finding.${record.finding}.title`)}>
        <p>{t(`finding.${record.finding}.text`, { prefix: record.prefix })}</p>
      </Notice>
      <div className="columns half">
        <div>
          <Facts record={record} />
          <Verdicts record={record} />
        </div>
        <Comparison record={record} />
      </div>
      <p className="soft small">
        {t('scan.as_of', { height: record.as_of_height, time: dateTime(Number(record.as_of_ms)) })}{' '}
        <a href={path}>{t('scan.plain_page')}</a>
      </p>
    </>
  );
}
