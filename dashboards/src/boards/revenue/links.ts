import { boardUid } from '../../../../exporter/src/contract/boards.ts';
import { prop } from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';

/** What stays as it is when one of the board's choices changes. */
const CHOICES = ['month', 'plan', 'customer'] as const;

function chosen(t: Texts, name: (typeof CHOICES)[number], value: string): string {
  const others = CHOICES.filter((choice) => choice !== name).map((choice) => `\${${choice}:queryparam}`);
  return `/d/${boardUid('revenue', t.language)}?var-${name}=${value}&${others.join('&')}&\${__url_time_range}`;
}

/** A click on a bar of a month looks into that month. */
export const toMonth = (t: Texts): DynamicConfigValue =>
  prop('links', [{ title: t.openMonth, url: chosen(t, 'month', '${__data.fields.month}'), oneClick: true }]);

/** A click on a customer's name shows its history on this board; the row has its id in the field `customer`. */
export const toCustomer = (t: Texts): DynamicConfigValue =>
  prop('links', [{ title: t.openCustomer, url: chosen(t, 'customer', '${__data.fields.customer}'), oneClick: true }]);

/** The same from a board without those choices. */
export const toCustomerOnRevenue = (t: Texts): DynamicConfigValue =>
  prop('links', [
    {
      title: t.openCustomer,
      url: `/d/${boardUid('revenue', t.language)}?var-customer=\${__data.fields.customer}&\${__url_time_range}`,
    },
  ]);

/** A click on a plan shows its movements. */
export const toPlan = (t: Texts): DynamicConfigValue =>
  prop('links', [{ title: t.openPlan, url: chosen(t, 'plan', '${__data.fields.plan}'), oneClick: true }]);
