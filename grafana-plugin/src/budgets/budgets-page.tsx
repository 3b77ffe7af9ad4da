import { useState, type ReactElement } from 'react';
import { Done } from '../shared/done.tsx';
import { LoadedPart } from '../shared/loaded-part.tsx';
import { Section, Sections } from '../shared/section.tsx';
import { text } from '../shared/translations.ts';
import { usePage } from '../shared/use-page.ts';
import { ALL_COSTS } from './budget-name.ts';
import { BudgetForm } from './budget-form.tsx';
import { monthlyBudgets } from './budgets-api.ts';
import { BudgetHistory, BudgetsTable } from './budgets-table.tsx';

/** Monthly budgets: where the month stands, set and take away, every earlier version. */
export function BudgetsPage(): ReactElement {
  const page = usePage('budgets', monthlyBudgets);
  const [scope, setScope] = useState(ALL_COSTS);
  return (
    <Sections name="budgets-page">
      <Done message={page.done} onClose={() => page.setDone('')} />
      <Section title={text('budgets.form-title')} about={text('budgets.form-about')}>
        <LoadedPart loaded={page.loaded} onRetry={page.reload}>
          {(answer) => <BudgetForm scope={scope} onScope={setScope} known={answer} onStored={page.stored} />}
        </LoadedPart>
      </Section>
      {page.loaded.answer !== undefined && (
        <>
          <Section title={text('budgets.title')} about={text('budgets.about')}>
            <BudgetsTable
              known={page.loaded.answer}
              onChange={({ provider, customer, userId }) => setScope({ provider, customer, userId })}
              onStored={page.stored}
            />
          </Section>
          <Section title={text('budgets.history')}>
            <BudgetHistory rows={page.loaded.answer.history} />
          </Section>
        </>
      )}
    </Sections>
  );
}
