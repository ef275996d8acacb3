// A suspicion on record: an `item_challenge`, signed here. The ledger holds the hash of the reason; the
// words stay with who wrote them, to be shown when they are asked for.
import { Button, Select, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';

import { useTexts } from '../i18n';
import { parseAddress } from '../ledger/keys';
import { taggedHash, toBase64, toHex, utf8ToBytes } from '../ledger/bytes';
import { transact } from '../ledger/transact';
import { Gate } from '../parts/gate';
import { Card, errorText, Notice } from '../parts/notice';
import { save } from '../parts/save';
import { useSession } from '../session/session';

const REASONS = ['copied', 'serial', 'seal', 'photo', 'other'] as const;

interface Statement {
  gs1_key: string;
  reason: string;
  text: string;
  time: string;
}

export const statementHash = (statement: Statement): Uint8Array =>
  taggedHash('tally/reason', utf8ToBytes(JSON.stringify(statement)));

interface ReportProps {
  gs1Key: string;
  different: readonly string[];
}

export default function Report({ gs1Key, different }: ReportProps) {
  const t = useTexts();
  return (
    <Card title={t('report.title')}>
      <Gate why={t('report.why_sign_in')}><ReportForm gs1Key={gs1Key} different={different} /></Gate>
    </Card>
  );
}

function ReportForm({ gs1Key, different }: ReportProps) {
  const t = useTexts();
  const { client, network, account } = useSession();
  const [reason, setReason] = useState<string>(different[0] ?? 'copied');
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const [done, setDone] = useState<{ statement: Statement; txid: string }>();
  if (done) {
    return (
      <Notice tone="good" live title={t('report.done')}>
        <p>{t('report.done_text')}</p>
        <Button variant="default" onClick={() => save('suspicion.json', 'application/json',
          JSON.stringify({ ...done.statement, hash: toHex(statementHash(done.statement)), txid: done.txid },
            null, 2))}>
          {t('report.keep')}
        </Button>
      </Notice>
    );
  }
  const send = async () => {
    if (!network || !account) return;
    const statement = { gs1_key: gs1Key, reason, text: text.trim(), time: new Date().toISOString() };
    const hash = statementHash(statement);
    const challenger = parseAddress(account.address, network.address_prefix) ?? new Uint8Array();
    const { txid } = await transact({ client, network, key: account.key },
      { gs1_key: gs1Key, reason_hash: toHex(hash) },
      {
        command: 'item_challenge',
        body: { gs1_key: gs1Key, challenger: toBase64(challenger), reason_hash: toBase64(hash) },
      });
    setDone({ statement, txid });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    send().catch((error: unknown) => setFailure(errorText(t, error))).finally(() => setBusy(false));
  };
  return (
    <form onSubmit={submit} className="stack">
      <p className="soft small">{t('report.text')}</p>
      <Select label={t('report.reason')} value={reason} onChange={(value) => setReason(value ?? 'other')}
        allowDeselect={false}
        data={REASONS.map((name) => ({ value: name, label: t(`report.reason_${name}`) }))} />
      <Textarea label={t('report.words')} value={text} autosize minRows={3} maxLength={1000}
        onChange={(event) => setText(event.currentTarget.value)} />
      {failure ? <Notice tone="bad" live title={t('failed')}>{failure}</Notice> : null}
      <Button type="submit" loading={busy}>{t('report.send')}</Button>
    </form>
  );
}
