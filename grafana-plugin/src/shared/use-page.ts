import { useState } from 'react';
import { useLoaded, type Loaded } from './use-request.ts';

export interface PageData<Answer> {
  readonly loaded: Loaded<Answer>;
  /** What was stored last, as a sentence; empty before that. */
  readonly done: string;
  readonly setDone: (message: string) => void;
  /** Loads everything again, and says what was stored. */
  readonly stored: (message: string) => void;
  readonly reload: () => void;
}

/** The life cycle of a page that shows what is stored and changes it. */
export function usePage<Answer>(name: string, load: () => Promise<Answer>): PageData<Answer> {
  const [revision, setRevision] = useState(0);
  const [done, setDone] = useState('');
  const loaded = useLoaded(`${name}#${revision}`, load);
  const reload = () => setRevision((before) => before + 1);
  return {
    loaded,
    done,
    setDone,
    reload,
    stored: (message) => {
      setDone(message);
      reload();
    },
  };
}
