import type { PathToken } from './path-expression.ts';

/** One matching rule, whichever specification version wrote it. */
export type Rule =
  | { readonly kind: 'equality' | 'number' | 'integer' | 'decimal' | 'boolean' | 'null' }
  | { readonly kind: 'notEmpty' | 'values' }
  | { readonly kind: 'semver' }
  | { readonly kind: 'type'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'regex'; readonly pattern: string }
  | { readonly kind: 'include'; readonly text: string }
  | { readonly kind: 'date' | 'time' | 'datetime'; readonly format: string }
  | { readonly kind: 'contentType'; readonly type: string }
  | { readonly kind: 'statusCode'; readonly status: unknown }
  | { readonly kind: 'arrayContains'; readonly variants: readonly ArrayVariant[] }
  | { readonly kind: 'eachKey' | 'eachValue'; readonly rules: readonly Rule[] }
  /** A rule of a plugin, or one newer than this engine. */
  | { readonly kind: 'unknown'; readonly name: string };

/** One element that a list has to contain: the example at `index`, compared by rules of its own. */
export interface ArrayVariant {
  readonly index: number;
  readonly rules: RuleTree;
}

export interface RuleList {
  readonly combine: 'AND' | 'OR';
  readonly rules: readonly Rule[];
}

interface Node {
  list?: RuleList;
  readonly fields: Map<string, Node>;
  any?: Node;
  anyIndex?: Node;
}

/** The rules that apply to one place, and whether they come down from a place above it. */
export interface SelectedRules extends RuleList {
  readonly cascaded: boolean;
}

/** The rules of a body, a query or headers, found by place in a time that does not grow with their number. */
export class RuleTree {
  readonly #root: Node = { fields: new Map() };
  #size = 0;

  constructor(rules: Iterable<readonly [readonly PathToken[], RuleList]> = []) {
    for (const [path, list] of rules) this.#add(path, list);
  }

  get size(): number {
    return this.#size;
  }

  /** Every list of rules in the tree, in no particular order. */
  lists(): RuleList[] {
    const found: RuleList[] = [];
    const visit = (node: Node): void => {
      if (node.list !== undefined) found.push(node.list);
      for (const child of [...node.fields.values(), node.any, node.anyIndex])
        if (child !== undefined) visit(child);
    };
    visit(this.#root);
    return found;
  }

  /**
   * The rules for a place: those of the path that fits best. As Pact weighs it, every step named counts double
   * against a wildcard, and the product counts once per step; so a rule of a parent applies where none is nearer.
   */
  select(path: readonly string[]): SelectedRules | undefined {
    let best: { readonly list: RuleList; readonly weight: number; readonly depth: number } | undefined;
    const visit = (node: Node, depth: number, product: number): void => {
      const weight = product * (depth + 1);
      if (node.list !== undefined && (best === undefined || weight >= best.weight))
        best = { list: node.list, weight, depth };
      const step = path[depth];
      if (step === undefined) return;
      if (node.any !== undefined) visit(node.any, depth + 1, product);
      if (node.anyIndex !== undefined && /^\d+$/.test(step)) visit(node.anyIndex, depth + 1, product);
      const named = node.fields.get(step);
      if (named !== undefined) visit(named, depth + 1, product * 2);
    };
    visit(this.#root, 0, 2);
    return best === undefined ? undefined : { ...best.list, cascaded: best.depth !== path.length };
  }

  /** The lists of rules whose path fits the whole place and not only the way to it. */
  exact(path: readonly string[]): RuleList[] {
    const found: RuleList[] = [];
    const visit = (node: Node, depth: number): void => {
      const step = path[depth];
      if (step === undefined) {
        if (node.list !== undefined) found.push(node.list);
        return;
      }
      if (node.any !== undefined) visit(node.any, depth + 1);
      if (node.anyIndex !== undefined && /^\d+$/.test(step)) visit(node.anyIndex, depth + 1);
      const named = node.fields.get(step);
      if (named !== undefined) visit(named, depth + 1);
    };
    visit(this.#root, 0);
    return found;
  }

  /** Whether a rule of the kind `type`, at this place or above it, leaves the number of elements free. */
  hasTypeRule(path: readonly string[]): boolean {
    return [...Array(path.length + 1).keys()].some((length) =>
      this.exact(path.slice(0, length)).some(({ rules }) => rules.some(({ kind }) => kind === 'type')),
    );
  }

  /** The rules for what lies below a place, seen from there. */
  below(path: readonly string[]): RuleTree {
    const found = new RuleTree();
    const visit = (node: Node, depth: number): void => {
      const step = path[depth];
      if (step === undefined) {
        found.#merge(node);
        return;
      }
      const named = node.fields.get(step);
      for (const child of [named, node.any]) if (child !== undefined) visit(child, depth + 1);
    };
    visit(this.#root, 0);
    return found;
  }

  #merge(node: Node): void {
    if (node.list !== undefined) this.#root.list ??= node.list;
    for (const [field, child] of node.fields)
      if (!this.#root.fields.has(field)) this.#root.fields.set(field, child);
    this.#root.any ??= node.any;
    this.#root.anyIndex ??= node.anyIndex;
    this.#size += 1;
  }

  #add(path: readonly PathToken[], list: RuleList): void {
    let node = this.#root;
    for (const token of path) {
      if (token === 'any') node = node.any ??= { fields: new Map() };
      else if (token === 'any-index') node = node.anyIndex ??= { fields: new Map() };
      else {
        const next: Node = node.fields.get(token.field) ?? { fields: new Map() };
        node.fields.set(token.field, next);
        node = next;
      }
    }
    this.#size += 1;
    node.list =
      node.list === undefined ? list : { combine: list.combine, rules: [...node.list.rules, ...list.rules] };
  }
}
