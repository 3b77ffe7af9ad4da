import { cashRow, categoryOf } from '../balance.ts';
import { balanceTransaction, type BalanceTransaction } from '../schema.ts';
import { storeCash } from '../store-cash.ts';
import type { HistoryList, HistoryReader } from './read-list.ts';
import { cashTarget } from './state.ts';

export const BALANCE_TRANSACTIONS = 'balance_transactions';

export function balanceTransactionList({ today, tally }: HistoryReader): HistoryList<BalanceTransaction> {
  return {
    name: BALANCE_TRANSACTIONS,
    resource: 'balanceTransactions',
    page: (window) => (stripe, cursor) => stripe.balanceTransactions.list({ ...cursor, created: window }),
    schema: balanceTransaction,
    target: cashTarget(today),
    prepare: (entries) => {
      const unknown = entries.filter(({ item }) => categoryOf(item) === undefined).length;
      if (unknown > 0)
        tally.add(
          'unknown_enum',
          'balance transactions of a category that this version does not know; they count neither as cash nor as fee',
          unknown,
        );
      const rows = entries.map(({ item }) => cashRow(item));
      return (tx) => storeCash(tx, rows);
    },
  };
}
