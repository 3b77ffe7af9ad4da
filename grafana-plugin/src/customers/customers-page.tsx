import { useState, type ReactElement } from 'react';
import { Done } from '../shared/done.tsx';
import { LoadedPart } from '../shared/loaded-part.tsx';
import { Section, Sections } from '../shared/section.tsx';
import { text } from '../shared/translations.ts';
import { putDraft } from '../shared/use-draft.ts';
import { usePage } from '../shared/use-page.ts';
import { customers } from './customers-api.ts';
import { EMPTY_LINK, LinkForm, type LinkDraft } from './link-form.tsx';
import { Suggestions } from './suggestions.tsx';
import { LinkTable, UnlinkedCustomers, UnlinkedUsers } from './link-tables.tsx';

/** Which users belong to which paying customer, and what no link connects, in money. */
export function CustomersPage(): ReactElement {
  const page = usePage('customers', customers);
  const [formKey, setFormKey] = useState(0);
  const fill = (changes: Partial<LinkDraft>) => {
    putDraft('link', { ...EMPTY_LINK, ...changes });
    setFormKey((before) => before + 1);
    document.getElementById('link-form')?.scrollIntoView({ block: 'start' });
  };
  return (
    <Sections name="customers-page">
      <Done message={page.done} onClose={() => page.setDone('')} />
      <LoadedPart loaded={page.loaded} onRetry={page.reload}>
        {(answer) => (
          <>
            <Section title={text('customers.suggestions')} about={text('customers.suggestions-about')}>
              <Suggestions known={answer.suggestions} onStored={page.stored} />
            </Section>
            <div id="link-form">
              <Section title={text('customers.form-title')} about={text('customers.form-about')}>
                <LinkForm key={formKey} known={answer} onStored={page.stored} />
              </Section>
            </div>
            <Section title={text('customers.unlinked-users')} about={text('customers.unlinked-users-about')}>
              <UnlinkedUsers rows={answer.unlinked.users} onLink={(userId) => fill({ userId })} />
            </Section>
            <Section title={text('customers.unlinked-customers')} about={text('customers.unlinked-customers-about')}>
              <UnlinkedCustomers rows={answer.unlinked.customers} onLink={(customer) => fill({ customer })} />
            </Section>
            <Section title={text('customers.title')} about={text('customers.about')}>
              <LinkTable rows={answer.links} onStored={page.stored} />
            </Section>
          </>
        )}
      </LoadedPart>
    </Sections>
  );
}
