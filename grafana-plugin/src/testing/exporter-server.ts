import { sendTo } from './backend.ts';
import { startLoopbackServer, type LoopbackServer, type ReceivedRequest, type Reply } from './loopback-server.ts';

/** By method and path without its query, such as "GET /admin/budgets". */
export type ExporterAnswers = Readonly<Record<string, (request: ReceivedRequest) => Reply>>;

/** An exporter behind the app proxy with these answers; anything else is a 404 that names it. */
export async function startExporterServer(answers: ExporterAnswers): Promise<LoopbackServer> {
  const server = await startLoopbackServer((request) => {
    const name = `${request.method} ${request.path.split('?')[0] ?? ''}`;
    return answers[name]?.(request) ?? { status: 404, body: { title: `no answer to ${name}`, status: 404 } };
  });
  sendTo(server.url);
  return server;
}

/** What surrounds a list of the exporter. */
export const listed = (data: readonly object[], members: object = {}): Reply => ({
  body: { data, warnings: [], nextCursor: null, ...members },
});
