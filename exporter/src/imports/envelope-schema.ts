import { z } from 'zod';

export const mailEnvelopeSchema = z.object({
  messageId: z.string().nullable(),
  /** The one address in From; null where there is none, or more than one. */
  from: z.string().nullable(),
  subject: z.string().nullable(),
  /** ISO time of the Date header. */
  sentAt: z.string().nullable(),
  trace: z.array(z.object({ name: z.string(), value: z.string() })),
  /** Hex. Equal for the same mail by another way: trace headers and encodings do not count. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type MailEnvelope = z.output<typeof mailEnvelopeSchema>;
