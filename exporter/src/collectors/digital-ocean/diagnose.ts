import type { CollectContext, Finding, Readiness } from '../contract.ts';
import { remedyForTransport } from '../remedy.ts';
import { classifyUnknown } from '../retry.ts';
import type { DigitalOceanClient, DigitalOceanSettings } from './client.ts';

/** What the token may read, scope by scope. */
export async function diagnoseDigitalOcean(
  readiness: Readiness,
  client: DigitalOceanClient,
  settings: DigitalOceanSettings,
  context: CollectContext,
): Promise<Finding[]> {
  if (readiness.outcome !== 'ready')
    return [
      {
        check: 'DO_API_TOKEN',
        ok: false,
        message: readiness.message,
        remedy:
          'Set DO_API_TOKEN to a token with the scopes billing:read, account:read, app:read, database:read and registry:read.',
      },
    ];
  const findings: Finding[] = [];
  let urn = settings.DO_ACCOUNT_URN;
  const probe = async (
    check: string,
    scope: string,
    required: boolean,
    read: () => Promise<string>,
  ): Promise<boolean> => {
    try {
      findings.push({ check, ok: true, message: await read() });
      return true;
    } catch (thrown) {
      const error = classifyUnknown(thrown);
      const remedy =
        error.status === 401
          ? 'The token was revoked or mistyped: make a new one at cloud.digitalocean.com/account/api.'
          : error.status === 403
            ? `Give the token the scope ${scope}.`
            : (remedyForTransport(error, 'DigitalOcean', 'DO_API_URL') ?? 'Try again later.');
      findings.push({ check, ok: required ? false : 'warning', message: error.message, remedy });
      return error.status !== 401;
    }
  };
  const accepted = await probe(
    'read balance',
    'billing:read',
    true,
    async () => `month to date as of ${(await client.balance(context)).generated_at.toISOString()}`,
  );
  if (!accepted) return findings;
  if (urn === undefined) {
    await probe('find account', 'account:read', false, async () => {
      urn = await client.teamUrn(context);
      return urn ?? 'the account has no team: days come from month-to-date readings';
    });
  }
  const account = urn;
  if (account !== undefined) {
    await probe(
      'read billing insights',
      'billing:read',
      false,
      async () =>
        `${(await client.insights(context, account, context.day, context.day)).length} data points on ${context.day}`,
    );
  }
  await probe(
    'read invoices',
    'billing:read',
    true,
    async () => `${(await client.invoices(context)).length} issued invoices`,
  );
  await probe('read apps', 'app:read', false, async () => `${await client.countApps(context)} apps`);
  await probe(
    'read databases',
    'database:read',
    false,
    async () => `${await client.countDatabases(context)} databases`,
  );
  await probe(
    'read registries',
    'registry:read',
    false,
    async () => `${(await client.registries(context)).length} registries`,
  );
  return findings;
}
