// What a code says: the path of an item's record on this node, from whatever form the label has it in.
// The node alone judges keys (check digits, lengths); this only finds them.

export interface Found {
  /** The path of a GS1 Digital Link, as it was written: `/01/09506000134352/21/A%2FB`. */
  path: string;
  /** It names a kind of product and no one item. */
  isClass: boolean;
}

const PRIMARY = ['01', '8003', '8004'];
const ELEMENTS = /\((\d{2,4})\)([^(]+)/g;
// A GTIN and then the serial number, as a GS1 DataMatrix or QR code without brackets has them.
const PLAIN = /^(?:\](?:d2|Q3|C1|e0))?\u001d?01(\d{14})21([^\u001d]{1,20})/;

function found(path: string): Found {
  return { path, isClass: path.startsWith('/01/') && !path.includes('/21/') };
}

// The part of a path from its primary key on: a resolver may stand anywhere on its host.
function fromPath(pathname: string): Found | undefined {
  const segments = pathname.split('/');
  const at = segments.findIndex((segment, i) => PRIMARY.includes(segment) && (segments[i + 1] ?? '') !== '');
  return at < 0 ? undefined : found(`/${segments.slice(at).join('/')}`);
}

// Not by URL.canParse(): phones of before 2023 have none.
function fromLink(text: string): Found | undefined {
  try {
    return fromPath(new URL(text).pathname);
  } catch {
    return undefined;
  }
}

function fromElements(text: string): Found | undefined {
  const values = new Map([...text.matchAll(ELEMENTS)].map(([, ai, value]) => [ai, value]));
  const primary = PRIMARY.find((ai) => values.has(ai));
  if (!primary) return undefined;
  const order = primary === '01' ? ['01', '22', '10', '21'] : [primary];
  const parts = order.filter((ai) => values.has(ai))
    .map((ai) => `/${ai}/${encodeURIComponent(values.get(ai)?.trim() ?? '')}`);
  return found(parts.join(''));
}

export function readCode(text: string): Found | undefined {
  const trimmed = text.trim();
  if (/^https?:\/\//i.test(trimmed)) {
    return fromLink(trimmed);
  }
  if (trimmed.startsWith('(')) return fromElements(trimmed);
  const plain = PLAIN.exec(trimmed);
  if (plain) return found(`/01/${plain[1]}/21/${encodeURIComponent(plain[2] ?? '')}`);
  return fromPath(trimmed.startsWith('/') ? trimmed : `/${trimmed}`);
}
