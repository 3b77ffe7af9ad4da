import { useState, type ReactElement } from 'react';
import { Badge, Button } from '@grafana/ui';
import type { LlmPriceRow } from '../../../exporter/src/contract/reference-data.ts';
import { today } from '../shared/days.ts';
import { Done } from '../shared/done.tsx';
import { count } from '../shared/format.ts';
import { LoadedPart } from '../shared/loaded-part.tsx';
import { Section, Sections } from '../shared/section.tsx';
import { Table } from '../shared/table.tsx';
import { text } from '../shared/translations.ts';
import { putDraft } from '../shared/use-draft.ts';
import { usePage } from '../shared/use-page.ts';
import { EMPTY_PRICE, type PriceDraft } from './price-draft.ts';
import { PriceForm } from './price-form.tsx';
import { PriceTable } from './price-table.tsx';
import { prices, type Prices } from './prices-api.ts';
import { recentPeriod, Repricing } from './repricing.tsx';

/** Contract prices of LLM models: what has no price, the prices, and re-pricing with its effect before it is stored. */
export function PricesPage(): ReactElement {
  const page = usePage('prices', prices);
  const [formKey, setFormKey] = useState(0);
  const [period, setPeriod] = useState(recentPeriod);
  const fill = (changes: Partial<PriceDraft>) => {
    putDraft('price', { ...EMPTY_PRICE, ...changes });
    setFormKey((before) => before + 1);
    document.getElementById('price-form')?.scrollIntoView({ block: 'start' });
  };
  const replace = (row: LlmPriceRow) =>
    fill({
      provider: row.provider,
      model: row.model,
      validFrom: row.validFrom,
      validTo: row.validTo ?? '',
      input: row.inputUsdPerMillion,
      output: row.outputUsdPerMillion,
      cacheRead: row.cacheReadUsdPerMillion ?? '',
      cacheWrite: row.cacheWriteUsdPerMillion ?? '',
      notes: row.notes ?? '',
      replaces: row.id,
    });
  return (
    <Sections name="prices-page">
      <Done message={page.done} onClose={() => page.setDone('')} />
      <LoadedPart loaded={page.loaded} onRetry={page.reload}>
        {(answer) => (
          <Section title={text('prices.unpriced-title')} about={text('prices.unpriced-about')}>
            <Unpriced rows={answer.unpriced} hasUsage={answer.hasUsage} onPrice={fill} />
          </Section>
        )}
      </LoadedPart>
      <div id="price-form">
        <Section title={text('prices.form-title')} about={text('prices.form-about')}>
          <PriceForm
            key={formKey}
            onStored={(price) => {
              setPeriod({ from: price.validFrom < today() ? price.validFrom : today(), last: today() });
              page.stored(text('prices.stored', { provider: price.provider, model: price.model }));
            }}
          />
        </Section>
      </div>
      <Section title={text('prices.reprice-title')} about={text('prices.reprice-about')}>
        <Repricing period={period} onPeriod={setPeriod} onStored={page.stored} />
      </Section>
      {page.loaded.answer !== undefined && (
        <Section title={text('prices.title')} about={text('prices.about')}>
          <PriceTable rows={page.loaded.answer.prices} onReplace={replace} />
        </Section>
      )}
    </Sections>
  );
}

function Unpriced({
  rows,
  hasUsage,
  onPrice,
}: {
  readonly rows: Prices['unpriced'];
  readonly hasUsage: boolean;
  readonly onPrice: (changes: Partial<PriceDraft>) => void;
}): ReactElement {
  if (!hasUsage) return <p>{text('prices.no-usage')}</p>;
  if (rows.length === 0) return <Badge color="green" icon="check" text={text('prices.all-priced')} />;
  return (
    <Table
      name="unpriced"
      label={text('prices.unpriced-title')}
      empty=""
      rows={rows}
      keyOf={(row) => `${row.provider} ${row.model}`}
      columns={[
        { title: text('prices.provider'), cell: (row) => row.provider },
        { title: text('prices.model'), cell: (row) => row.model },
        { title: text('prices.tokens'), kind: 'number', cell: (row) => count(row.promptTokens + row.completionTokens) },
        {
          title: text('history.actions'),
          kind: 'actions',
          cell: ({ provider, model }) => (
            <Button size="sm" variant="secondary" onClick={() => onPrice({ provider, model })}>
              {text('prices.set')}
            </Button>
          ),
        },
      ]}
    />
  );
}
