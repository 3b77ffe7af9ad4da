import { availableParallelism } from 'node:os';
import type { SoakReport } from './soak.ts';

const tally = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort()
    .map(([what, count]) => `${what}: ${count}`)
    .join(', ');
const mib = (value: number | undefined): string => (value === undefined ? 'not known here' : `${value.toFixed(1)} MiB`);

export function tableOf(report: SoakReport, database: string, seconds: number): string {
  const { first, last } = report;
  const ratio = (end: number, early: number): string => `${(end / early).toFixed(3)}×, target ≤ 1.05×`;
  return [
    `${report.syncs} syncs and ${report.scrapes} scrapes under injected faults, ` +
      `${Math.round(seconds)} s on ${availableParallelism()} cores, ${database}, Node ${process.versions.node}.`,
    '',
    '| | |',
    '|---|---|',
    `| answers of sync-all | ${tally(report.outcomes)} |`,
    `| ends of collectors | ${tally(report.collectors)} |`,
    `| database connections cut in mid-run | ${report.cuts} times; ${report.expiredLeases} leases had to expire |`,
    `| rows of the sync log | ${report.logRows} |`,
    `| rows lost, doubled or wrong | ${report.wrong.length} |`,
    `| live heap after garbage collection, early and at the end | ${mib(first.heapMib)}, ` +
      `${mib(last.heapMib)} (${ratio(last.heapMib, first.heapMib)}) |`,
    `| resident memory then | ${mib(first.residentMib)}, ${mib(last.residentMib)} ` +
      `(${ratio(last.residentMib, first.residentMib)}); highest ever ${mib(last.highestMib)} |`,
    `| open files and sockets | ${first.handles ?? 'not known here'}, ${last.handles ?? 'not known here'} |`,
    `| database connections | ${first.connections}, ${last.connections} |`,
    ...(report.wrong.length === 0 ? [] : ['', ...report.wrong.slice(0, 20).map((one) => `- ${one}`)]),
    '',
  ].join('\n');
}
