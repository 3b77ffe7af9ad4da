import type {
  SyncAccepted,
  SyncReport,
  SyncRunAnswer,
  SyncStatusAnswer,
} from '../../../exporter/src/contract/sync-answers.ts';
import { DOCTOR_PATH, type DoctorAnswer } from '../../../exporter/src/contract/doctor.ts';
import { send } from '../shared/exporter.ts';

export const syncStatus = (): Promise<SyncStatusAnswer> => send('GET', '/metrics/sync-status');

/** Starts a synchronisation and does not wait for its end. */
export const startSync = (): Promise<SyncAccepted | SyncReport> => send('POST', '/metrics/sync-all?wait=0', {});

export const syncRun = (runId: string): Promise<SyncRunAnswer> =>
  send('GET', `/metrics/sync-runs/${encodeURIComponent(runId)}`);

export const doctorReport = (): Promise<DoctorAnswer> => send('GET', DOCTOR_PATH);
/** Begins to examine the providers, unless that is under way. */
export const startDoctor = (): Promise<DoctorAnswer> => send('POST', DOCTOR_PATH, {});
