import { lazy, type ReactNode, Suspense } from 'react';

import { useTexts } from '../i18n';
import { useSession } from '../session/session';

// Signing comes with it.
const SignInForm = lazy(() => import('./sign_in_form'));

/** Shows its content to who has signed in. Others sign in right here, so that what they did stays. */
export function Gate({ why, children }: { why: string; children: ReactNode }) {
  const t = useTexts();
  const { account } = useSession();
  if (account) return <>{children}</>;
  return (
    <>
      <p><strong>{t('account.needed')}</strong> {why}</p>
      <Suspense fallback={<p role="status" className="soft">{t('loading')}</p>}><SignInForm /></Suspense>
    </>
  );
}
