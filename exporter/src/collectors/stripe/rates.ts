/** "1.10000000" and "1.1" are one exchange rate. */
export function trimmedRate(rate: string): string {
  return rate.includes('.') ? rate.replace(/\.?0+$/, '') : rate;
}
