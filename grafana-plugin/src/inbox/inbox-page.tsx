import type { ReactElement } from 'react';
import { Alert } from '@grafana/ui';
import { Done } from '../shared/done.tsx';
import { LoadedPart } from '../shared/loaded-part.tsx';
import { Section, Sections } from '../shared/section.tsx';
import { text } from '../shared/translations.ts';
import { usePage } from '../shared/use-page.ts';
import { ConfirmReady } from './confirm-ready.tsx';
import { DecidedTable } from './decided-table.tsx';
import { inboxMails } from './inbox-api.ts';
import { MailCard } from './mail-card.tsx';

/** Mails with invoices: what each would change, and the click that enters it. */
export function InboxPage(): ReactElement {
  const page = usePage('inbox', inboxMails);
  return (
    <Sections name="inbox-page">
      <Done message={page.done} onClose={() => page.setDone('')} />
      <LoadedPart loaded={page.loaded} onRetry={page.reload}>
        {({ waiting, decided }) => (
          <>
            {waiting.sources.length === 0 && <NoSource />}
            <Section title={text('inbox.waiting')} about={text('inbox.waiting-about')}>
              {waiting.data.length === 0 && <p data-testid="inbox-empty">{text('inbox.nothing-waits')}</p>}
              <ConfirmReady mails={waiting.data} onStored={page.stored} />
              {waiting.data.map((mail) => (
                <MailCard key={mail.id} mail={mail} onStored={page.stored} />
              ))}
              {waiting.nextCursor !== null && <p>{text('inbox.more', { count: waiting.data.length })}</p>}
            </Section>
            <Section title={text('inbox.decided')} about={text('inbox.decided-about')}>
              <DecidedTable mails={decided} onStored={page.stored} />
            </Section>
          </>
        )}
      </LoadedPart>
    </Sections>
  );
}

/** What to do where no mail can come. */
function NoSource(): ReactElement {
  return (
    <Alert severity="info" title={text('inbox.no-source')}>
      <p>{text('inbox.no-source-about')}</p>
      <p>{text('inbox.docs')}</p>
    </Alert>
  );
}
