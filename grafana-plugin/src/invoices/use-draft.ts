import { useCallback, useState } from 'react';

const PREFIX = 'marginboard.draft.';

function stored<Draft extends object>(key: string, empty: Draft): Draft {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(PREFIX + key) ?? 'null');
    return typeof kept === 'object' && kept !== null ? { ...empty, ...kept } : empty;
  } catch {
    return empty;
  }
}

/** What is typed in a form. It outlives a failed request, a closed tab of the page and a login that ran out, but not the browser's session. */
export function useDraft<Draft extends object>(
  key: string,
  empty: Draft,
): readonly [Draft, (changes: Partial<Draft>) => void, () => void] {
  const [draft, setDraft] = useState(() => stored(key, empty));
  const change = useCallback(
    (changes: Partial<Draft>) =>
      setDraft((before) => {
        const after = { ...before, ...changes };
        sessionStorage.setItem(PREFIX + key, JSON.stringify(after));
        return after;
      }),
    [key],
  );
  const clear = useCallback(() => {
    sessionStorage.removeItem(PREFIX + key);
    setDraft(empty);
  }, [key, empty]);
  return [draft, change, clear];
}

/** Puts something into a form before it is shown. */
export function putDraft(key: string, draft: object): void {
  sessionStorage.setItem(PREFIX + key, JSON.stringify(draft));
}
