import { useState, type ReactElement, type ReactNode } from 'react';
import { Button, useStyles2 } from '@grafana/ui';
import { count } from './format.ts';
import { tableStyles } from './table-style.ts';
import { text } from './translations.ts';

/** Rows shown before "show all". */
const FIRST_ROWS = 50;

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** `number` aligns to the right, `actions` stays in sight when the table is wider than its card. */
  readonly kind?: 'number' | 'day' | 'actions';
}

/** Rows with a heading for each column; scrolls sideways by itself on a narrow screen. */
export function Table<Row>({
  name,
  label,
  columns,
  rows,
  keyOf,
  empty,
}: {
  /** For tests. */
  readonly name: string;
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Shown in place of a table without rows. */
  readonly empty: string;
}): ReactElement {
  const styles = useStyles2(tableStyles);
  const [all, setAll] = useState(false);
  const shown = all ? rows : rows.slice(0, FIRST_ROWS);
  if (rows.length === 0) return <p className={styles.quiet}>{empty}</p>;
  return (
    <div className={styles.scroll} role="group" tabIndex={0} aria-label={label}>
      <table className={styles.table} data-testid={name}>
        <thead>
          <tr>
            {columns.map(({ title, kind }) => (
              <th key={title} scope="col" className={kind}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={keyOf(row)} data-testid={`${name}-${keyOf(row)}`}>
              {columns.map(({ title, kind, cell }) => (
                <td key={title} className={kind}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < rows.length && (
        <Button variant="secondary" fill="text" onClick={() => setAll(true)}>
          {text('page.show-all', { count: count(rows.length) })}
        </Button>
      )}
    </div>
  );
}
