// The shell: what is on every page, and which page is at which address.
import { lazy, Suspense, useEffect, useRef } from 'react';
import { Loader } from '@mantine/core';
import { Link, Route, Router, Switch, useLocation } from 'wouter';

import { useTexts } from './i18n';
import { AccountMenu } from './parts/account_menu';
import { Brand } from './parts/icons';
import { LanguageSwitch } from './parts/language_switch';
import { ScanPage } from './pages/scan';

const SignInPage = lazy(() => import('./pages/sign_in'));

// A new page is read from its beginning, by eye and by screen reader.
function useFocusOnNewPage() {
  const [location] = useLocation();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [location]);
  return main;
}

function Pages() {
  const t = useTexts();
  return (
    <Suspense fallback={<Loader aria-label={t('loading')} m="xl" />}>
      <Switch>
        <Route path="/" component={ScanPage} />
        <Route path="/scan" component={ScanPage} />
        <Route path="/sign-in" component={SignInPage} />
        <Route><h1>{t('no_page')}</h1></Route>
      </Switch>
    </Suspense>
  );
}

function Shell() {
  const t = useTexts();
  const main = useFocusOnNewPage();
  return (
    <>
      <a className="skip" href="#main">{t('skip')}</a>
      <header className="top">
        <div className="top-inner">
          <Link href="/" className="brand"><Brand /><span>{t('site')}</span></Link>
          <div className="top-tools"><LanguageSwitch /><AccountMenu /></div>
        </div>
      </header>
      <main id="main" tabIndex={-1} ref={main}><Pages /></main>
    </>
  );
}

export function App() {
  return <Router base="/app"><Shell /></Router>;
}
