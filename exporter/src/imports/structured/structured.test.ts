import { describe, expect, it } from 'vitest';
import { ublInvoice } from '../../../test/structured.ts';
import { readBytes } from '../read-bytes.ts';

const UBL = 'xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"';
const invoice = ublInvoice({ sums: { withoutTax: '50.00', withTax: '50.00', payable: '50.00' } }).toString();

async function codeOf(file: string | Buffer): Promise<string> {
  return readBytes(Buffer.from(file)).then(
    () => 'read',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'crashed'),
  );
}

describe('a structured invoice', () => {
  it.each<[string, string, string]>([
    [
      'xml_refused',
      'entities that expand (billion laughs)',
      `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><Invoice ${UBL}><ID>&b;</ID></Invoice>`,
    ],
    [
      'xml_refused',
      'an entity that points at a file (XXE)',
      `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><Invoice ${UBL}><ID>&f;</ID></Invoice>`,
    ],
    [
      'xml_refused',
      'a DTD elsewhere',
      `<?xml version="1.0"?>\n<!DOCTYPE Invoice SYSTEM "http://example.com/x.dtd"><Invoice ${UBL}/>`,
    ],
    [
      'xml_unknown',
      'another kind of XML',
      '<?xml version="1.0"?><FatturaElettronica><Importo>5.00</Importo></FatturaElettronica>',
    ],
    ['xml_unknown', 'an Invoice that is not UBL', '<?xml version="1.0"?><Invoice><ID>1</ID></Invoice>'],
    ['unreadable', 'cut off', invoice.slice(0, invoice.length - 60)],
    ['unreadable', 'elements that cross', `<?xml version="1.0"?><Invoice ${UBL}><a><b></a></b></Invoice>`],
    ['unreadable', 'nested too deeply', `<?xml version="1.0"?>${'<a>'.repeat(60)}${'</a>'.repeat(60)}`],
  ])('is %s: %s', async (code, _name, file) => {
    expect(await codeOf(file)).toBe(code);
  });

  it('is refused in UTF-16 as in UTF-8, and read in both', async () => {
    const wide = (text: string): Buffer => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    expect(await codeOf(wide('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'))).toBe(
      'xml_refused',
    );
    const { statements } = await readBytes(wide(invoice.replace('UTF-8', 'UTF-16')));
    expect(statements).toEqual([expect.objectContaining({ amount: '50.00', currency: 'EUR' })]);
  });

  it('expands nothing but the characters of XML itself', async () => {
    const { documents } = await readBytes(
      Buffer.from(invoice.replace('Hetzner Online GmbH', 'Caf&#233; &amp; Co &amp;lt; &unknown; Ltd')),
    );
    expect(documents[0]?.vendor?.value).toBe('Café & Co &lt; &unknown; Ltd');
  });

  it.each(['1e3', 'NaN', '12,50', '0x10', '--5', '1 000.00', '٣'])('takes no amount from “%s”', async (amount) => {
    const file = ublInvoice({ sums: { withoutTax: amount, withTax: amount, payable: amount } });
    const { documents, statements, warnings } = await readBytes(file);
    expect([documents[0]?.total, documents[0]?.amountDue]).toEqual([null, null]);
    expect(statements).toEqual([]);
    expect(warnings.map(({ code }) => code)).toContain('amount_unreadable');
  });

  it('says so where the end of a period is the day on which the next begins', async () => {
    const { documents, statements } = await readBytes(
      ublInvoice({
        period: ['2026-03-01', '2026-04-01'],
        sums: { withoutTax: '5.00', withTax: '5.00', payable: '5.00' },
      }),
    );
    expect(documents[0]?.periodEnd).toMatchObject({ value: '2026-04-01', confidence: 'medium' });
    expect(statements).toEqual([expect.objectContaining({ periodStart: '2026-03-01', periodEnd: '2026-04-01' })]);
  });
});
