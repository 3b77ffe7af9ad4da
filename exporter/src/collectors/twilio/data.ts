import type { Micros } from '../../money/micros.ts';

/** What was sent, by channel: the usage category of each, a leaf of Twilio's tree of categories. */
export const CHANNELS = { sms: 'sms-outbound', mms: 'mms-outbound', whatsapp: 'channels-whatsapp-outbound' } as const;
export type Channel = keyof typeof CHANNELS;
export const CHANNEL_NAMES = ['sms', 'mms', 'whatsapp'] as const satisfies readonly Channel[];

export interface DayPrice {
  readonly native: Micros;
  readonly currency: string;
  /** Null where no rate to USD is stored. */
  readonly usd: Micros | null;
  readonly rate: string | null;
}

export interface TwilioDay {
  readonly day: string;
  readonly price: DayPrice | null;
  /** Null: not known. 0: Twilio reported the day and nothing of this channel. */
  readonly messages: Readonly<Record<Channel, number | null>>;
  readonly fromNumber: number | null;
}

export interface TwilioData {
  readonly today: string;
  readonly days: readonly TwilioDay[];
  readonly asOf: Date | null;
}
