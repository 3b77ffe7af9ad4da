import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { MAX_XML_BYTES, MAX_XML_DEPTH } from '../limits.ts';
import { ImportRefused } from '../refusal.ts';
import { cleaned } from '../text.ts';

/** An element, by local names. */
export interface XmlNode {
  readonly text: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: ReadonlyMap<string, readonly XmlNode[]>;
}

export const EMPTY_NODE: XmlNode = { text: '', attributes: new Map(), children: new Map() };
const recordSchema = z.record(z.string(), z.unknown());

/** What the parser makes of an element: a text, or an object with `@attribute`, `#text` and children. */
function nodeOf(value: unknown): XmlNode {
  if (typeof value === 'string') return { ...EMPTY_NODE, text: value };
  const attributes = new Map<string, string>();
  const children = new Map<string, readonly XmlNode[]>();
  let text = '';
  for (const [name, inner] of Object.entries(recordSchema.safeParse(value).data ?? {})) {
    if (name === '#text') text = typeof inner === 'string' ? inner : '';
    else if (!name.startsWith('@')) children.set(name, (Array.isArray(inner) ? inner : [inner]).map(nodeOf));
    else if (typeof inner === 'string') attributes.set(name.slice(1), inner);
  }
  return { text, attributes, children };
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  // Amounts stay as they are written: no number is parsed, no entity expanded.
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  htmlEntities: false,
  ignorePiTags: true,
  ignoreDeclaration: true,
  trimValues: true,
  maxNestedTags: MAX_XML_DEPTH,
});

/**
 * The root element of an XML document. A document type declaration is refused whatever it holds: entities that expand
 * or point at files have no place in an invoice. Throws ImportRefused.
 */
export function parseXml(bytes: Uint8Array): { readonly name: string; readonly root: XmlNode; readonly text: string } {
  if (bytes.length > MAX_XML_BYTES) throw new ImportRefused('xml_refused', 'The XML is too large for an invoice.');
  const text = decoded(bytes);
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text))
    throw new ImportRefused(
      'xml_refused',
      'The XML declares a document type (DTD): an invoice needs none. It is not read.',
    );
  const damaged = (): ImportRefused => new ImportRefused('unreadable', 'The XML is damaged and cannot be read.');
  if (!isWellFormed(text)) throw damaged();
  const [[name, roots] = ['', []]] = [...nodeOf(parse(text)).children];
  const [root] = roots;
  if (root === undefined) throw damaged();
  return { name, root, text };
}

/** The parser forgives elements that are not closed; an invoice that was cut off must not be read. */
function isWellFormed(text: string): boolean {
  const open: string[] = [];
  let roots = 0;
  const bare = text.replace(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>/g, ' ');
  for (const [, closing, name = '', empty] of bare.matchAll(
    /<(\/?)([^\s<>/]+)(?:"[^"<]*"|'[^'<]*'|[^<>"'/]|\/(?!>))*(\/?)>/g,
  )) {
    if (closing === '/') {
      if (open.pop() !== name) return false;
    } else {
      if (open.length === 0) roots += 1;
      if (empty !== '/') open.push(name);
    }
    if (open.length > MAX_XML_DEPTH) return false;
  }
  return open.length === 0 && roots === 1;
}

function parse(text: string): unknown {
  try {
    return parser.parse(text);
  } catch {
    return undefined;
  }
}

/** By the byte order mark, else by the declaration, else UTF-8. */
export function decoded(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const named = /^<\?xml[^>]{0,100}\bencoding=["']([A-Za-z0-9_-]{1,20})["']/.exec(
    head.replace(/^\u00ef\u00bb\u00bf/, ''),
  );
  const encoding = /^(?:iso-8859-1|iso-8859-15|windows-1252|us-ascii)$/i.test(named?.[1] ?? '') ? named?.[1] : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The five entities of XML and numbered characters; nothing else is replaced, and no replacement is read again. */
function plainText(text: string): string {
  const replaced = text.replace(
    /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi,
    (whole: string, name?: string, decimal?: string, hex?: string) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : ' ';
    },
  );
  return cleaned(replaced);
}

/** The elements at a path below `node`. */
export function nodesAt(node: XmlNode, ...path: readonly string[]): XmlNode[] {
  return path.reduce<XmlNode[]>((nodes, name) => nodes.flatMap((one) => one.children.get(name) ?? []), [node]);
}

/** The text of an element; undefined where it has none. */
export function textOf(node: XmlNode): string | undefined {
  const plain = plainText(node.text);
  return plain === '' ? undefined : plain.slice(0, 300);
}

export function textAt(node: XmlNode, ...path: readonly string[]): string | undefined {
  return nodesAt(node, ...path)
    .map(textOf)
    .find((text) => text !== undefined);
}

export function attributeOf(node: XmlNode, name: string): string | undefined {
  return node.attributes.get(name);
}
