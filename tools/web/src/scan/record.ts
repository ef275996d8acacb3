// What a scan's answer says (GET /01/…, src/http/api/resolver.cpp), and how it is to be taken.
import { attributeHash } from '../ledger/attributes';
import { toHex } from '../ledger/bytes';
import type { Tone } from '../parts/notice';

export interface Verdict {
  verdict: 'genuine' | 'fake' | 'inconclusive';
  confidence_bps: number;
  appraiser: string;
  accredited: boolean;
  time_ms: string;
}

export interface ScanRecord {
  gs1_key: string;
  finding: string;
  issued: 'admitted' | 'commissioned';
  authority_stands: boolean;
  prefix: string;
  since_ms: string;
  decommissioned: boolean;
  flag: { flag: string; since_ms: string; expires_ms: string } | null;
  for_sale: boolean;
  owners: number;
  verdicts: Verdict[];
  open_challenges: number;
  facts: string;
  claims: string;
  as_of_height: string;
  as_of_ms: string;
}

const TONES: Record<string, Tone> = {
  genuine: 'good', unknown: 'open', admitted: 'plain', withdrawn: 'warn', admitted_revoked: 'warn',
  disputed: 'warn', decommissioned: 'warn', fake: 'bad', stolen: 'bad', recalled: 'bad', counterfeit: 'bad',
};
export const toneOf = (finding: string): Tone => TONES[finding] ?? 'plain';

const VERDICT_TONES = { genuine: 'good', fake: 'bad', inconclusive: 'warn' } as const;
export const verdictTone = ({ verdict, accredited }: Verdict): Tone =>
  (accredited ? VERDICT_TONES[verdict] : 'plain');

export function statusKey(record: ScanRecord): string {
  if (record.decommissioned) return 'scan.status_decommissioned';
  if (record.flag) return `scan.status_${record.flag.flag}`;
  if (record.for_sale) return 'scan.status_for_sale';
  return record.owners === 0 ? 'scan.status_in_trade' : 'scan.status_sold';
}

/** What people write on bags and tags, as it was hashed: without spaces, in capitals. */
export const plainMark = (text: string): string => text.replace(/[\s\-–.]/g, '').toUpperCase();

/** Whether what is read off the object is what the record holds under that name; undefined: nothing is. */
export function matchesRecord(attributes: Record<string, string>, name: string, text: string) {
  const hash = attributes[name];
  return hash === undefined ? undefined : hash === toHex(attributeHash(name, plainMark(text)));
}
