import type { ReactElement } from 'react';
import type { BillingEntryAnswer } from '../../../exporter/src/contract/billing.ts';
import { text } from '../shared/translations.ts';

export function ImportForm(_props: { readonly onStored: (answer: BillingEntryAnswer) => void }): ReactElement {
  return <p>{text('import.about')}</p>;
}
