import { addDays, addMonths, daysBetween, type Period } from '../../money/days.ts';
import { invalid } from '../http/problem.ts';

export type { Period };

/** Five years and their leap days. */
const MAX_DAYS = 5 * 366;

interface Asked {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/**
 * The asked period; where `to` is left out it ends with today, where `from` is left out it has `days` days. Throws a
 * 400.
 */
export function periodOf(asked: Asked, today: string, days: number): Period {
  const to = asked.to ?? addDays(today, 1);
  return checked({ from: asked.from ?? addDays(to, -days), to }, asked);
}

/** The same by calendar months, the running one included. */
export function monthsPeriodOf(asked: Asked, today: string, months: number): Period {
  const to = asked.to ?? addDays(today, 1);
  return checked({ from: asked.from ?? addMonths(addDays(to, -1), 1 - months), to }, asked);
}

function checked(period: Period, asked: Asked): Period {
  const length = daysBetween(period.from, period.to);
  const field = asked.from === undefined ? 'to' : 'from';
  if (length < 1)
    throw invalid([
      {
        field,
        message:
          asked.to === undefined
            ? `must not be after ${addDays(period.to, -1)}, since \`to\` is left out`
            : 'the period is empty: `from` must be before `to`, which is exclusive',
      },
    ]);
  if (length > MAX_DAYS)
    throw invalid([{ field, message: `the period has ${length} days; at most ${MAX_DAYS} can be asked for at once` }]);
  return period;
}
