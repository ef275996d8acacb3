import { useLocation, useSearchParams } from 'wouter';

import { useTexts } from '../i18n';
import { Card, PageHead } from '../parts/notice';
import SignInForm from '../parts/sign_in_form';

/** Signing in, and then to where the person came from: a path of these pages, in `to`. */
export default function SignInPage() {
  const t = useTexts();
  const [, navigate] = useLocation();
  const [parameters] = useSearchParams();
  const leave = () => {
    const to = parameters.get('to') ?? '/';
    navigate(to.startsWith('/') ? to : '/');
  };
  return (
    <div className="narrow">
      <PageHead title={t('sign_in.title')}>{t('sign_in.text')}</PageHead>
      <Card><SignInForm onDone={leave} /></Card>
    </div>
  );
}
