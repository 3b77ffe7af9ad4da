import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { RATE_DECIMALS, type FxRate } from '../ledger/fx-rates.ts';
import { isCurrency } from '../money/currency.ts';
import { isDay } from '../money/days.ts';
import { divideRounded } from '../money/micros.ts';

const quote = z.object({ '@currency': z.string(), '@rate': z.string().regex(/^\d{1,9}(\.\d{1,12})?$/) });
const dayCube = z.object({ '@time': z.string().refine(isDay), Cube: z.array(quote).min(1) });
const envelope = z.object({
  Envelope: z.object({ Cube: z.tuple([z.object({ Cube: z.array(dayCube).min(1) })]) }),
});

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseAttributeValue: false,
  processEntities: false,
  ignoreDeclaration: true,
  isArray: (name) => name === 'Cube',
});

/** The rates cannot be read; the message says what is wrong with the answer. */
export class EcbRatesInvalid extends Error {
  override readonly name = 'EcbRatesInvalid';
}

/**
 * The ECB's reference rates (`eurofxref-daily.xml`, `eurofxref-hist-90d.xml`: units of a currency for one euro, by
 * working day) as USD for one unit, oldest day first. A currency that the dollar of its day cannot price is left out,
 * and so is USD itself. Throws EcbRatesInvalid. Pure.
 */
export function ecbRates(xml: string): FxRate[] {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) throw new EcbRatesInvalid('the answer declares a document type');
  const parsed = envelope.safeParse(parsedXml(xml));
  if (!parsed.success)
    throw new EcbRatesInvalid(
      `the answer is not the ECB's table of rates: ${z.prettifyError(parsed.error).slice(0, 300)}`,
    );
  const [{ Cube: days }] = parsed.data.Envelope.Cube;
  return days.toSorted((a, b) => (a['@time'] < b['@time'] ? -1 : 1)).flatMap(ratesOfDay);
}

function parsedXml(xml: string): unknown {
  try {
    return parser.parse(xml);
  } catch {
    throw new EcbRatesInvalid('the answer is not XML');
  }
}

function ratesOfDay({ '@time': day, Cube: quotes }: z.output<typeof dayCube>): FxRate[] {
  const dollar = quotes.find((one) => one['@currency'] === 'USD');
  if (dollar === undefined) throw new EcbRatesInvalid(`the rates of ${day} have no US dollar`);
  const usd = dollar['@rate'];
  return [{ '@currency': 'EUR', '@rate': '1' }, ...quotes].flatMap(({ '@currency': currency, '@rate': rate }) => {
    const usdRate = currency === 'USD' || !isCurrency(currency) ? undefined : quotient(usd, rate);
    return usdRate === undefined ? [] : [{ currency, day, usdRate }];
  });
}

/** `a / b` exactly, rounded once to sixteen decimals; undefined where that is 0. */
function quotient(a: string, b: string): string | undefined {
  const [dividend, divisor] = [scaled(a), scaled(b)];
  if (divisor === 0n) return undefined;
  const value = divideRounded(dividend * 10n ** BigInt(RATE_DECIMALS), divisor);
  if (value <= 0n) return undefined;
  const digits = value.toString().padStart(RATE_DECIMALS + 1, '0');
  return `${digits.slice(0, -RATE_DECIMALS)}.${digits.slice(-RATE_DECIMALS)}`.replace(/\.?0+$/, '');
}

/** In units of 1e-12, the most decimals that are read. */
function scaled(decimal: string): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(12, '0'));
}
