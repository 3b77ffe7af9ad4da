import type { Sample } from '../contract.ts';
import { CHANNEL_NAMES, type TwilioData } from './data.ts';

/**
 * The messages of the last complete day by channel; the cost gauges come from the ledger. An unknown count has no
 * series.
 */
export function twilioSamples(data: TwilioData, day: string): Sample[] {
  const found = data.days.find((one) => one.day === day);
  return CHANNEL_NAMES.flatMap((channel) => {
    const value = found?.messages[channel] ?? null;
    return value === null ? [] : [{ name: 'messages_day', labels: { provider: 'twilio', channel }, value }];
  });
}
