import { remedyOfCause, symptomOf } from '../causes.ts';
import type { CollectContext, Finding, Readiness } from '../contract.ts';
import type { CollectorError } from '../errors.ts';
import { findingOfSettings, probe } from '../finding.ts';
import { remedyForTransport } from '../remedy.ts';
import type { DigitalOceanClient, DigitalOceanSettings } from './client.ts';

/** What the token may read, scope by scope. */
export async function diagnoseDigitalOcean(
  readiness: Readiness,
  client: DigitalOceanClient,
  settings: DigitalOceanSettings,
  context: CollectContext,
): Promise<Finding[]> {
  const unready = findingOfSettings(
    readiness,
    'DO_API_TOKEN',
    'Set DO_API_TOKEN to a token with the scopes billing:read, account:read, app:read, database:read and registry:read.',
  );
  if (unready !== undefined) return [unready];
  const findings: Finding[] = [];
  let urn = settings.DO_ACCOUNT_URN;
  /** False where the token was refused altogether. */
  const look = async (
    check: string,
    scope: string,
    required: boolean,
    read: () => Promise<string>,
  ): Promise<boolean> => {
    const { finding, error } = await probe({
      check,
      onFailure: required ? false : 'warning',
      read,
      remedyFor: (failure) => remedyOf(failure, scope),
    });
    findings.push(finding);
    return error?.status !== 401;
  };
  const accepted = await look(
    'read balance',
    'billing:read',
    true,
    async () => `month to date as of ${(await client.balance(context)).generated_at.toISOString()}`,
  );
  if (!accepted) return findings;
  if (urn === undefined) {
    await look('find account', 'account:read', false, async () => {
      urn = await client.teamUrn(context);
      return urn ?? 'the account has no team: days come from month-to-date readings';
    });
  }
  const status = await client.accountStatus(context).catch(() => '');
  if (status === 'locked')
    findings.push({
      check: 'account',
      ok: 'warning',
      message: 'DigitalOcean says that the account is locked',
      remedy: remedyOfCause({ provider: 'DigitalOcean', message: 'locked' }) ?? '',
    });
  const account = urn;
  if (account !== undefined) {
    await look(
      'read billing insights',
      'billing:read',
      false,
      async () =>
        `${(await client.insights(context, account, context.day, context.day)).length} data points on ${context.day}`,
    );
  }
  await look(
    'read invoices',
    'billing:read',
    true,
    async () => `${(await client.invoices(context)).length} issued invoices`,
  );
  await look('read apps', 'app:read', false, async () => `${await client.countApps(context)} apps`);
  await look('read databases', 'database:read', false, async () => `${await client.countDatabases(context)} databases`);
  await look(
    'read registries',
    'registry:read',
    false,
    async () => `${(await client.registries(context)).length} registries`,
  );
  return findings;
}

function remedyOf(error: CollectorError, scope: string): string {
  const known = remedyOfCause(symptomOf(error, 'DigitalOcean'));
  if (known !== undefined) return known;
  if (error.status === 401)
    return 'The token was revoked or mistyped: make a new one at cloud.digitalocean.com/account/api.';
  if (error.status === 403) return `Give the token the scope ${scope}.`;
  return remedyForTransport(error, 'DigitalOcean', 'DO_API_URL') ?? 'Try again later.';
}
