import { z } from 'zod';
import { PROVIDER_STATES, type DoctorAnswer } from '../../../contract/doctor.ts';
import { COLLECTOR_NAMES } from '../../../contract/providers.ts';
import { timeOrNull } from '../../shared/schemas.ts';

const finding = z.object({
  check: z.string(),
  ok: z.union([z.boolean(), z.literal('warning')]),
  message: z.string(),
  remedy: z.string().nullable(),
});

export const doctorReport = z.object({
  running: z.boolean(),
  startedAt: timeOrNull,
  finishedAt: timeOrNull.meta({ description: 'Null before the first examination ends.' }),
  data: z.array(
    z.object({
      collector: z.enum(COLLECTOR_NAMES),
      state: z.enum(PROVIDER_STATES).meta({ description: 'What the next run would do.' }),
      reason: z.string().nullable(),
      message: z.string().nullable(),
      findings: z.array(finding),
    }),
  ),
}) satisfies z.ZodType<DoctorAnswer>;
