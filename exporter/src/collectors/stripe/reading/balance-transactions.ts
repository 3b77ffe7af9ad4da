import { cashRow, categoryOf } from '../balance.ts';
import { balanceTransaction, type BalanceTransaction } from '../schema.ts';
import { describeAmounts, type NativeAmount } from '../describe-amounts.ts';
import { storeCash } from '../store-cash.ts';
import type { HistoryList, HistoryReader } from './read-list.ts';
import { cashTarget } from './state.ts';

export const BALANCE_TRANSACTIONS = 'balance_transactions';

export function balanceTransactionList({ today, tally }: HistoryReader): HistoryList<BalanceTransaction> {
  const unknownAmounts: NativeAmount[] = [];
  return {
    name: BALANCE_TRANSACTIONS,
    resource: 'balanceTransactions',
    page: (window) => (stripe, cursor) => stripe.balanceTransactions.list({ ...cursor, created: window }),
    schema: balanceTransaction,
    target: cashTarget(today),
    prepare: (entries) => {
      const unknown = entries.filter(({ item }) => categoryOf(item) === undefined);
      unknownAmounts.push(...unknown.map(({ item }) => ({ minor: item.amount, currency: item.currency })));
      if (unknown.length > 0)
        tally.add(
          'unknown_enum',
          `balance transactions of ${describeAmounts(unknownAmounts)} are of a category that this version does not ` +
            'know; they count neither as cash nor as fee',
          unknown.length,
        );
      const rows = entries.map(({ item }) => cashRow(item));
      return (tx) => storeCash(tx, rows);
    },
  };
}
