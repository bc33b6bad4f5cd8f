import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** An XML element; names carry their namespace as Pact writes it: `urn:shop:order`. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** All text directly inside, its ends trimmed. */
  readonly text: string;
  /** Children of every kind, text included. */
  readonly nodes: number;
}

type Ordered = Readonly<Record<string, unknown>>;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
});

/** Reads an XML document; undefined when it is none. */
export function readXml(text: string): XmlElement | undefined {
  try {
    if (XMLValidator.validate(text) !== true) return undefined;
    const [root] = (parser.parse(text) as Ordered[]).filter((node) => tagOf(node) !== '#text');
    return root === undefined ? undefined : toElement(root, new Map());
  } catch {
    return undefined;
  }
}

function toElement(node: Ordered, outer: ReadonlyMap<string, string>): XmlElement {
  const tag = tagOf(node);
  const written = Object.entries((node[':@'] ?? {}) as Record<string, string>);
  const declared = written.filter(([name]) => name === 'xmlns' || name.startsWith('xmlns:'));
  const spaces = new Map([
    ...outer,
    ...declared.map(([name, uri]) => [name.slice('xmlns:'.length), uri] as const),
  ]);
  const nodes = (node[tag] ?? []) as Ordered[];
  const text = nodes
    .filter((child) => tagOf(child) === '#text')
    .map((child) => String(child['#text']).trim())
    .join('');
  return {
    name: qualified(tag, spaces, spaces.get('')),
    attributes: new Map(
      written
        .filter(([name]) => name !== 'xmlns' && !name.startsWith('xmlns:'))
        .map(([name, value]) => [qualified(name, spaces, undefined), String(value)]),
    ),
    children: nodes.filter((child) => tagOf(child) !== '#text').map((child) => toElement(child, spaces)),
    text,
    nodes: nodes.length,
  };
}

function tagOf(node: Ordered): string {
  return Object.keys(node).find((key) => key !== ':@') ?? '';
}

/** Attributes without a prefix are in no namespace. */
function qualified(name: string, spaces: ReadonlyMap<string, string>, plain: string | undefined): string {
  const at = name.indexOf(':');
  const uri = at < 0 ? plain : spaces.get(name.slice(0, at));
  return uri === undefined || uri === '' ? name : `${uri}:${name.slice(at + 1)}`;
}
