import { useState, type ReactElement } from 'react';
import { Badge, Button, ConfirmButton } from '@grafana/ui';
import {
  ACCESS_PATHS,
  type AuditLogAnswer,
  type AuditLogRow,
  type TokenRow,
  type TokensAnswer,
} from '../../../exporter/src/contract/access.ts';
import { Done } from '../shared/done.tsx';
import { send, withId } from '../shared/exporter.ts';
import { timeName } from '../shared/format.ts';
import { LoadedPart } from '../shared/loaded-part.tsx';
import { ProblemAlert } from '../shared/problem-alert.tsx';
import { Section, Sections } from '../shared/section.tsx';
import { Table } from '../shared/table.tsx';
import { text } from '../shared/translations.ts';
import { usePage } from '../shared/use-page.ts';
import { useSubmission } from '../shared/use-request.ts';

const tokens = (): Promise<TokensAnswer> => send('GET', ACCESS_PATHS.tokens);

async function auditLog(cursors: readonly string[]): Promise<{ rows: readonly AuditLogRow[]; next: string | null }> {
  const pages = await Promise.all(
    ['', ...cursors].map((cursor) =>
      send<AuditLogAnswer>(
        'GET',
        `${ACCESS_PATHS.auditLog}?limit=100${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      ),
    ),
  );
  return { rows: pages.flatMap(({ data }) => data), next: pages.at(-1)?.nextCursor ?? null };
}

/** Who may use the API, and who did what. */
export function AccessPage(): ReactElement {
  const page = usePage('tokens', tokens);
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const log = usePage(`audit ${cursors.join(' ')} ${page.done}`, () => auditLog(cursors));
  return (
    <Sections name="access-page">
      <Done message={page.done} onClose={() => page.setDone('')} />
      <Section title={text('access.tokens')} about={text('access.tokens-about')}>
        <LoadedPart loaded={page.loaded} onRetry={page.reload}>
          {({ data }) => <TokenTable rows={data} onRevoked={page.stored} />}
        </LoadedPart>
      </Section>
      <Section title={text('access.audit')} about={text('access.audit-about')}>
        <LoadedPart loaded={log.loaded} onRetry={log.reload}>
          {({ rows, next }) => (
            <>
              <AuditTable rows={rows} />
              {next !== null && (
                <Button variant="secondary" onClick={() => setCursors([...cursors, next])}>
                  {text('access.older')}
                </Button>
              )}
            </>
          )}
        </LoadedPart>
      </Section>
    </Sections>
  );
}

function TokenTable({
  rows,
  onRevoked,
}: {
  readonly rows: readonly TokenRow[];
  readonly onRevoked: (message: string) => void;
}): ReactElement {
  const { busy, problem, submit } = useSubmission<TokensAnswer>();
  const revoke = (row: TokenRow) =>
    submit(
      () => send('POST', withId(ACCESS_PATHS.revoke, row.id), {}),
      () => onRevoked(text('access.revoked-now', { name: row.name })),
    );
  return (
    <>
      <ProblemAlert problem={problem} />
      <Table
        name="tokens"
        label={text('access.tokens')}
        empty={text('access.no-tokens')}
        rows={rows}
        keyOf={(row) => row.id}
        columns={[
          { title: text('access.name'), cell: (row) => row.name },
          { title: text('access.role'), cell: (row) => row.role },
          { title: text('access.last-used'), kind: 'day', cell: (row) => when(row.lastUsedAt) },
          { title: text('access.expires'), kind: 'day', cell: (row) => timeName(row.expiresAt) },
          { title: text('history.state'), cell: (row) => <TokenState row={row} /> },
          {
            title: text('history.actions'),
            kind: 'actions',
            cell: (row) =>
              row.revokedAt === null && (
                <ConfirmButton
                  size="sm"
                  disabled={busy}
                  confirmVariant="destructive"
                  confirmText={text('access.revoke')}
                  closeOnConfirm
                  onConfirm={() => revoke(row)}
                >
                  {text('access.revoke')}
                </ConfirmButton>
              ),
          },
        ]}
      />
    </>
  );
}

const when = (time: string | null): string => (time === null ? '–' : timeName(time));

function TokenState({ row }: { readonly row: TokenRow }): ReactElement {
  if (row.revokedAt !== null)
    return (
      <Badge color="red" text={text('access.revoked', { time: timeName(row.revokedAt), by: row.revokedBy ?? '–' })} />
    );
  const expired = Date.parse(row.expiresAt) <= Date.now();
  return <Badge color={expired ? 'darkgrey' : 'green'} text={text(expired ? 'access.expired' : 'access.valid')} />;
}

function AuditTable({ rows }: { readonly rows: readonly AuditLogRow[] }): ReactElement {
  return (
    <Table
      name="audit"
      label={text('access.audit')}
      empty={text('access.no-audit')}
      rows={rows}
      keyOf={(row) => row.id}
      columns={[
        { title: text('access.at'), kind: 'day', cell: (row) => timeName(row.at) },
        { title: text('access.who'), cell: (row) => row.subject ?? text('access.nobody') },
        { title: text('access.role'), cell: (row) => row.role ?? '–' },
        { title: text('access.request'), cell: (row) => `${row.method} ${row.route}` },
        { title: text('access.target'), cell: (row) => row.target ?? '–' },
        {
          title: text('access.answer'),
          kind: 'number',
          cell: (row) => <Badge color={row.status < 400 ? 'green' : 'orange'} text={String(row.status)} />,
        },
      ]}
    />
  );
}
