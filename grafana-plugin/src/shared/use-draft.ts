import { useCallback, useState } from 'react';

const PREFIX = 'marginboard.draft.';

function stored<Draft extends object>(key: string, empty: Draft): Draft {
  try {
    const saved: unknown = JSON.parse(sessionStorage.getItem(PREFIX + key) ?? 'null');
    return typeof saved === 'object' && saved !== null ? { ...empty, ...saved } : empty;
  } catch {
    return empty;
  }
}

/**
 * The unsaved input of a form. It survives a failed request, a closed tab of the page and an expired login, but not the
 * browser's session.
 */
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

/** Fills a form before it is shown. */
export function putDraft(key: string, draft: object): void {
  sessionStorage.setItem(PREFIX + key, JSON.stringify(draft));
}
