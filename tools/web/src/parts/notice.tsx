// What pages say: a finding, a hint, a failure. The sign and the colour only repeat the words.
import type { ReactNode } from 'react';

import type { Problem } from '../api/client';
import { ApiError } from '../api/client';
import { hasText, type Translate, useTexts } from '../i18n';
import { CheckFailed, Forecast, ForeignChallenge } from '../ledger/errors';
import { BadIcon, GoodIcon, OpenIcon, PlainIcon, WarnIcon } from './icons';

export type Tone = 'good' | 'warn' | 'bad' | 'plain' | 'open';

const SIGNS = {
  good: GoodIcon, warn: WarnIcon, bad: BadIcon, plain: PlainIcon, open: OpenIcon,
} as const;

interface NoticeProps {
  tone: Tone;
  title?: ReactNode;
  children?: ReactNode;
  /** Screen readers say it when it appears. */
  live?: boolean;
  big?: boolean;
}

export function Notice({ tone, title, children, live = false, big = false }: NoticeProps) {
  const Sign = SIGNS[tone];
  return (
    <div className={`notice ${tone}${big ? ' big' : ''}`}
      role={live ? (tone === 'bad' ? 'alert' : 'status') : undefined}>
      <span className="sign"><Sign size={big ? 28 : 20} /></span>
      <div>
        {title === undefined ? null : big ? <h2>{title}</h2> : <strong>{title}</strong>}
        {children}
      </div>
    </div>
  );
}

/** A problem in a sentence: the catalogue's, or else the node's own words. */
export function problemText(t: Translate, problem: Problem): string {
  const key = `problem.${problem.code}`;
  return hasText(key) ? t(key) : problem.detail ?? problem.title;
}

/** Anything that was thrown on the way to the ledger, in a sentence. */
export function errorText(t: Translate, error: unknown): string {
  if (error instanceof ApiError) return problemText(t, error.problem);
  if (error instanceof Forecast) {
    return t('forecast', { reason: problemText(t, { status: 0, code: error.code, title: error.message }) });
  }
  if (error instanceof CheckFailed) return t('check', { reason: t(`check_reason.${error.reason}`) });
  if (error instanceof ForeignChallenge) return t('sign_in.foreign');
  return t('failed');
}

export function ProblemNotice({ problem }: { problem: Problem }) {
  const t = useTexts();
  return <Notice tone="bad" live title={t('failed')}>{problemText(t, problem)}</Notice>;
}

/** The head of a page. */
export function PageHead({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="page-head">
      <title>{`${title} – Tallystick`}</title>
      <h1>{title}</h1>
      {children ? <p>{children}</p> : null}
    </div>
  );
}

export function Card({ title, children, id }: { title?: string; children: ReactNode; id?: string }) {
  return (
    <section className="card" aria-label={title} id={id}>
      {title ? <h2>{title}</h2> : null}
      {children}
    </section>
  );
}
