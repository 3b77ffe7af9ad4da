import { remedyOfCause, symptomOf } from '../causes.ts';
import type { CollectContext, Finding, Readiness } from '../contract.ts';
import type { CollectorError } from '../errors.ts';
import { findingOfSettings, probe } from '../finding.ts';
import { remedyForTransport } from '../remedy.ts';
import type { TwilioClient, TwilioSettings } from './client.ts';
import { CHANNEL_NAMES, CHANNELS } from './data.ts';
import { COST_CATEGORY } from './usage.ts';

/** What the credentials may read. */
export async function diagnoseTwilio(
  readiness: Readiness,
  client: TwilioClient,
  settings: TwilioSettings,
  context: CollectContext,
): Promise<Finding[]> {
  const unready = findingOfSettings(
    readiness,
    'TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN',
    'Copy the account SID (AC…) and its auth token, or an API key (SK…) and its secret, from console.twilio.com.',
  );
  if (unready !== undefined) return [unready];
  const findings: Finding[] = [];
  const look = async (check: string, required: boolean, read: () => Promise<string>): Promise<boolean> => {
    const { finding } = await probe({ check, onFailure: required ? false : 'warning', read, remedyFor: remedyOf });
    findings.push(finding);
    return finding.ok === true;
  };
  const { day } = context;
  const accepted = await look('read usage records', true, async () => {
    const records = await client.dailyUsage(context, COST_CATEGORY, day, day);
    return records.length === 0
      ? `no ${COST_CATEGORY} reported for ${day} yet`
      : `${COST_CATEGORY} of ${day} in ${records[0]?.price_unit ?? '?'}, subaccounts included`;
  });
  if (!accepted) return findings;
  for (const channel of CHANNEL_NAMES) {
    await look(
      `read ${CHANNELS[channel]}`,
      false,
      async () => `${(await client.dailyUsage(context, CHANNELS[channel], day, day)).length} records`,
    );
  }
  const number = settings.TWILIO_FROM_NUMBER;
  if (number !== undefined)
    await look(
      'count messages from TWILIO_FROM_NUMBER',
      false,
      async () => `${(await client.sentTimes(context, number, day, day)).length} messages sent on ${day}`,
    );
  return findings;
}

function remedyOf(error: CollectorError): string {
  const known = remedyOfCause(symptomOf(error, 'Twilio'));
  if (known !== undefined) return known;
  return error.kind === 'auth'
    ? 'Check that the auth token belongs to this account and was not rotated.'
    : (remedyForTransport(error, 'Twilio', 'TWILIO_API_URL') ?? 'Try again later.');
}
