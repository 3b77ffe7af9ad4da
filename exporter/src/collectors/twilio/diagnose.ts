import type { CollectContext, Finding, Readiness } from '../contract.ts';
import { remedyForTransport } from '../remedy.ts';
import { classifyUnknown } from '../retry.ts';
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
  if (readiness.outcome !== 'ready')
    return [
      {
        check: 'TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN',
        ok: false,
        message: readiness.message,
        remedy: 'Copy the account SID (AC…) and its auth token from console.twilio.com.',
      },
    ];
  const findings: Finding[] = [];
  const probe = async (check: string, required: boolean, read: () => Promise<string>): Promise<boolean> => {
    try {
      findings.push({ check, ok: true, message: await read() });
      return true;
    } catch (thrown) {
      const error = classifyUnknown(thrown);
      const remedy =
        error.kind === 'auth'
          ? 'Check that the auth token belongs to this account and was not rotated.'
          : (remedyForTransport(error, 'Twilio', 'TWILIO_API_URL') ?? 'Try again later.');
      findings.push({ check, ok: required ? false : 'warning', message: error.message, remedy });
      return false;
    }
  };
  const { day } = context;
  const accepted = await probe('read usage records', true, async () => {
    const records = await client.dailyUsage(context, COST_CATEGORY, day, day);
    return records.length === 0
      ? `no ${COST_CATEGORY} reported for ${day} yet`
      : `${COST_CATEGORY} of ${day} in ${records[0]?.price_unit ?? '?'}, subaccounts included`;
  });
  if (!accepted) return findings;
  for (const channel of CHANNEL_NAMES) {
    await probe(
      `read ${CHANNELS[channel]}`,
      false,
      async () => `${(await client.dailyUsage(context, CHANNELS[channel], day, day)).length} records`,
    );
  }
  const number = settings.TWILIO_FROM_NUMBER;
  if (number !== undefined)
    await probe(
      'count messages from TWILIO_FROM_NUMBER',
      false,
      async () => `${(await client.sentTimes(context, number, day, day)).length} messages sent on ${day}`,
    );
  return findings;
}
