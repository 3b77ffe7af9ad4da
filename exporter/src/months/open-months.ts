import type { SampleSource } from '../metrics/index.ts';
import { addMonths, daysBetween, monthStart } from '../money/days.ts';
import { newestVersions } from './store.ts';

/**
 * `month_open_days`, for the alert: months that are over and not closed, with the days since their end. From the first
 * month on that was ever closed: who does not close months is not reminded of it.
 */
export const openMonthSamples: SampleSource = async (db, today) => {
  const versions = new Map((await newestVersions(db)).map((newest) => [newest.month, newest.action]));
  const first = [...versions.keys()].toSorted()[0];
  if (first === undefined) return [];
  const samples = [];
  for (let day = `${first}-01`; day < monthStart(today); day = addMonths(day, 1)) {
    const month = day.slice(0, 7);
    if (versions.get(month) !== 'close')
      samples.push({
        name: 'month_open_days' as const,
        labels: { month },
        value: daysBetween(addMonths(day, 1), today),
      });
  }
  return samples;
};
