// What a form does with its button: busy while it works, and what went wrong.
import { useState } from 'react';

import { useTexts } from '../i18n';
import { errorText } from './notice';

export function useSubmit() {
  const t = useTexts();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  /** Does the work; true if it was done. */
  const run = async (work: () => Promise<void>): Promise<boolean> => {
    setBusy(true);
    setFailure(undefined);
    try {
      await work();
      return true;
    } catch (error) {
      setFailure(errorText(t, error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, failure, run };
}
