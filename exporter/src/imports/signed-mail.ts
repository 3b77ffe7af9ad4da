import { ImportRefused } from './refusal.ts';

/** One value in BER (X.690): what it is, where its content stands, and where the next one begins. */
interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly end: number;
}

const SEQUENCE = 0x30;
const OBJECT_ID = 0x06;
const OCTETS = 0x04;
const CONSTRUCTED_OCTETS = 0x24;
const EXPLICIT = 0xa0;
/** OIDs of PKCS #7: signedData and envelopedData. */
const SIGNED = '2a864886f70d010702';
const ENCRYPTED = '2a864886f70d010703';
const MAX_DEPTH = 16;

/**
 * The mail inside an S/MIME signature that wraps it (RFC 8551, `application/pkcs7-mime`). The signature itself is not
 * checked: it says nothing that is relied on. Throws ImportRefused where the mail is encrypted or damaged.
 */
export function contentOfSigned(bytes: Uint8Array): Uint8Array {
  const [type, wrapped] = childrenOf(expect(elementAt(bytes, 0, 0), SEQUENCE).content);
  const oid = type?.tag === OBJECT_ID ? Buffer.from(type.content).toString('hex') : '';
  if (oid === ENCRYPTED)
    throw new ImportRefused('encrypted', 'It is encrypted (S/MIME): open it in your mail program and import the file.');
  if (oid !== SIGNED) throw damaged();
  const [data] = childrenOf(expect(wrapped, EXPLICIT).content);
  // version, digest algorithms, content
  const [, , encapsulated] = childrenOf(expect(data, SEQUENCE).content);
  const [, content] = childrenOf(expect(encapsulated, SEQUENCE).content);
  const [octets] = childrenOf(expect(content, EXPLICIT).content);
  return octetsOf(octets, 0);
}

function octetsOf(element: Element | undefined, depth: number): Uint8Array {
  if (element?.tag === OCTETS) return element.content;
  if (element?.tag !== CONSTRUCTED_OCTETS || depth > MAX_DEPTH) throw damaged();
  return Buffer.concat(childrenOf(element.content).map((part) => octetsOf(part, depth + 1)));
}

function expect(element: Element | undefined, tag: number): Element {
  if (element?.tag !== tag) throw damaged();
  return element;
}

function childrenOf(content: Uint8Array): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < content.length;) {
    const element = elementAt(content, at, 0);
    found.push(element);
    at = element.end;
  }
  return found;
}

function elementAt(bytes: Uint8Array, start: number, depth: number): Element {
  const [tag, first] = [bytes[start], bytes[start + 1]];
  if (tag === undefined || first === undefined || depth > MAX_DEPTH || (tag & 0x1f) === 0x1f) throw damaged();
  if (first === 0x80) return untilEnd(bytes, start, depth);
  const digits = first < 0x80 ? 0 : first - 0x80;
  const from = start + 2 + digits;
  let length = digits === 0 ? first : 0;
  for (const digit of bytes.subarray(start + 2, from)) length = length * 256 + digit;
  if (digits > 4 || from + length > bytes.length) throw damaged();
  return { tag, content: bytes.subarray(from, from + length), end: from + length };
}

/** Of indefinite length: its parts follow until two zeros. */
function untilEnd(bytes: Uint8Array, start: number, depth: number): Element {
  let at = start + 2;
  while (bytes[at] !== 0 || bytes[at + 1] !== 0) at = elementAt(bytes, at, depth + 1).end;
  return { tag: bytes[start] ?? 0, content: bytes.subarray(start + 2, at), end: at + 2 };
}

function damaged(): ImportRefused {
  return new ImportRefused('unreadable', 'Its S/MIME envelope is damaged: save the file in your mail program.');
}
