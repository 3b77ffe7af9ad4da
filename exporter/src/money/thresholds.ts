/** Thresholds of a budget in percent, ascending, each once; the whole budget is always one. */
export function withWhole(percents: readonly number[]): readonly number[] {
  return [...new Set([...percents, 100])].sort((a, b) => a - b);
}
