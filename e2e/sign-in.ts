import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { request } from '@playwright/test';
import { z } from 'zod';
import { prefer } from './app-page.ts';

const CACHE = join(import.meta.dirname, '..', '.cache', 'e2e');
export const VIEWER = 'e2e-viewer';
export const EDITOR = 'e2e-editor';
/** The session that was saved of this login. */
export const sessionOf = (login: string): string => join(CACHE, `${login}.json`);
const PASSWORD = 'only-for-these-specs';

/** Sessions of an administrator, a viewer and an editor, saved for the specs. */
export async function signIn(): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const baseURL = process.env['GRAFANA_URL'] ?? 'http://127.0.0.1:3000';
  const user = process.env['GRAFANA_USER'] ?? 'admin';
  const password = process.env['GRAFANA_PASSWORD'] ?? 'admin';
  await session(baseURL, user, password, 'admin');
  const admin = await request.newContext({ baseURL, storageState: sessionOf('admin') });
  await prefer(admin);
  for (const [login, role] of [
    [VIEWER, 'Viewer'],
    [EDITOR, 'Editor'],
  ] as const) {
    await admin.post('/api/admin/users', { data: { name: login, login, password: PASSWORD, OrgId: 1 } });
    const found = await admin.get(`/api/users/lookup?loginOrEmail=${login}`);
    const { id } = z.object({ id: z.int() }).parse(await found.json());
    await admin.patch(`/api/org/users/${id}`, { data: { role } });
    await session(baseURL, login, PASSWORD, login);
  }
  await admin.dispose();
}

async function session(baseURL: string, user: string, password: string, name: string): Promise<void> {
  const context = await request.newContext({ baseURL });
  const answer = await context.post('/login', { data: { user, password } });
  if (!answer.ok())
    throw new Error(
      `Grafana at ${baseURL} refused ${user} (${answer.status()}): set GRAFANA_USER and GRAFANA_PASSWORD`,
    );
  await context.storageState({ path: sessionOf(name) });
  await context.dispose();
}
