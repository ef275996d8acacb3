// What a record cannot tell: whether the object in hand is the one it is about. Photograph, serial number
// and seal are compared one by one; marks that the record holds by hash are compared by hash, here.
import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';

import { useQuery } from '../api/use_query';
import { useTexts } from '../i18n';
import { Card, Notice } from '../parts/notice';
import { matchesRecord, type ScanRecord } from './record';

// Signing comes with it.
const Report = lazy(() => import('./report'));

export type Answer = 'same' | 'different' | 'unsure';
const POINTS = ['photo', 'serial', 'seal'] as const;
type Point = typeof POINTS[number];

interface Item {
  attributes: Record<string, string>;
}

// A mark that is read off the object and held against the record's hash.
function Mark({ name, attributes, onAnswer }: {
  name: 'serial' | 'seal';
  attributes: Record<string, string>;
  onAnswer: (answer: Answer | undefined) => void;
}) {
  const t = useTexts();
  const [text, setText] = useState('');
  const result = text.trim() === '' ? undefined : matchesRecord(attributes, name, text);
  const change = (value: string) => {
    setText(value);
    const now = value.trim() === '' ? undefined : matchesRecord(attributes, name, value);
    onAnswer(now === undefined ? undefined : now ? 'same' : 'different');
  };
  return (
    <>
      <TextInput label={t(`compare.${name}_label`)} description={t(`compare.${name}_help`)} value={text}
        onChange={(event) => change(event.currentTarget.value)} autoComplete="off" spellCheck={false} />
      <p role="status" className="small mark-result">
        {result === undefined ? '' : t(result ? 'compare.mark_same' : 'compare.mark_different')}
      </p>
    </>
  );
}

function ByEye({ name, value, onAnswer }: {
  name: Point;
  value: Answer | undefined;
  onAnswer: (answer: Answer) => void;
}) {
  const t = useTexts();
  return (
    <SegmentedControl fullWidth aria-label={t(`compare.${name}`)} value={value ?? ''}
      onChange={(answer) => onAnswer(answer as Answer)}
      data={(['same', 'different', 'unsure'] as const).map((answer) => (
        { value: answer, label: t(`compare.${answer}`) }))} />
  );
}

function Conclusion({ answers }: { answers: Partial<Record<Point, Answer>> }) {
  const t = useTexts();
  const given = POINTS.map((point) => answers[point]);
  if (given.includes('different')) {
    return (
      <Notice tone="bad" live title={t('compare.end_different')}>{t('compare.end_different_text')}</Notice>
    );
  }
  if (given.every((answer) => answer === 'same')) {
    return <Notice tone="good" live title={t('compare.end_same')}>{t('compare.end_same_text')}</Notice>;
  }
  if (given.every((answer) => answer !== undefined)) {
    return <Notice tone="plain" live title={t('compare.end_unsure')}>{t('compare.end_unsure_text')}</Notice>;
  }
  return null;
}

export function Comparison({ record }: { record: ScanRecord }) {
  const t = useTexts();
  const { data } = useQuery<Item>(`/v1/items/${record.gs1_key}`);
  const [answers, setAnswers] = useState<Partial<Record<Point, Answer>>>({});
  const [reporting, setReporting] = useState(false);
  const attributes = data?.attributes ?? {};
  const answer = (point: Point, value: Answer | undefined) => {
    setAnswers(({ [point]: _, ...others }) => (value ? { ...others, [point]: value } : others));
  };
  return (
    <div>
      <Card title={t('compare.title')}>
        <p className="soft small">{t('compare.text')}</p>
        <ol className="compare">
          {POINTS.map((point) => (
            <li key={point}>
              <h3>{t(`compare.${point}`)}</h3>
              {point !== 'photo' && attributes[point] !== undefined ? (
                <Mark name={point} attributes={attributes} onAnswer={(value) => answer(point, value)} />
              ) : (
                <>
                  <p className="small">{t(`compare.${point}_eye`)}</p>
                  <ByEye name={point} value={answers[point]} onAnswer={(value) => answer(point, value)} />
                </>
              )}
            </li>
          ))}
        </ol>
        <Conclusion answers={answers} />
        {reporting ? null : (
          <Button variant="default" fullWidth onClick={() => setReporting(true)}>
            {t('report.open')}
          </Button>
        )}
      </Card>
      {reporting ? (
        <Suspense>
          <Report gs1Key={record.gs1_key}
            different={POINTS.filter((point) => answers[point] === 'different')} />
        </Suspense>
      ) : null}
    </div>
  );
}
