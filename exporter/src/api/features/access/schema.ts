import { z } from 'zod';
import type { AuditLogAnswer, AuditLogRow, TokenRow, TokensAnswer } from '../../../contract/access.ts';
import { period, time, timeOrNull, wholeNumber } from '../../shared/schemas.ts';

const row = z.object({
  id: z.uuid(),
  name: z.string(),
  role: z.string(),
  createdAt: timeOrNull,
  expiresAt: time,
  lastUsedAt: timeOrNull.meta({ description: 'Accurate to ten minutes.' }),
  revokedAt: timeOrNull,
  revokedBy: z.string().nullable(),
}) satisfies z.ZodType<TokenRow>;

export const tokens = z.object({ data: z.array(row) }) satisfies z.ZodType<TokensAnswer>;
export const tokenParams = z.strictObject({
  id: z.uuid('must be the id of a token, as the list of tokens has it').meta({ format: 'uuid' }),
});

export const auditQuery = z.strictObject({
  ...period,
  limit: wholeNumber(1, 1_000).optional(),
  cursor: z
    .string()
    .regex(/^\d{1,18}$/, 'must be the nextCursor of an earlier answer')
    .optional(),
});

const auditRow = z.object({
  id: z.string(),
  at: time,
  subject: z.string().nullable(),
  role: z.string().nullable(),
  tokenId: z.uuid().nullable(),
  method: z.string(),
  route: z.string(),
  target: z.string().nullable(),
  status: z.int(),
}) satisfies z.ZodType<AuditLogRow>;

export const auditLog = z.object({
  data: z.array(auditRow),
  nextCursor: z.string().nullable(),
}) satisfies z.ZodType<AuditLogAnswer>;
