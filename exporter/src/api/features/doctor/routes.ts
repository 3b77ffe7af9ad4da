import { z } from 'zod';
import { DOCTOR_PATH } from '../../../contract/doctor.ts';
import type { ApiDeps } from '../../deps.ts';
import { jsonBody, noBody } from '../../http/body.ts';
import { route, type Route } from '../../http/route.ts';
import { noParams, noQuery } from '../../shared/schemas.ts';
import { doctorReport } from './schema.ts';

const common = {
  path: DOCTOR_PATH,
  tag: 'Synchronisation',
  roles: ['admin'],
  query: noQuery,
  params: noParams,
} as const;

/** `npm run doctor` for those without a terminal: what the next run would do with each provider, and the remedies. */
export function doctorRoutes({ doctor }: Pick<ApiDeps, 'doctor'>): Route[] {
  return [
    route({
      ...common,
      method: 'get',
      operationId: 'doctorReport',
      summary: 'What the providers let the next run do',
      description: 'Of the last examination that this exporter was asked for; empty before the first.',
      body: noBody,
      answers: { 200: { description: 'One row a provider.', schema: doctorReport } },
      handle: async () => ({ status: 200, json: doctor.report() }),
    }),
    route({
      ...common,
      method: 'post',
      operationId: 'startDoctor',
      summary: 'Examines the providers',
      description:
        'Reads what the next run would read, and stores nothing; takes up to three minutes. Ask for the report until ' +
        '`running` is false. A second call while one is under way begins no other.',
      body: jsonBody(z.strictObject({}), { required: false }),
      answers: { 202: { description: 'It is under way.', schema: doctorReport } },
      handle: async () => ({ status: 202, json: doctor.start() }),
    }),
  ];
}
