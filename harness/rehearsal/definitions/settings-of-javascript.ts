import {
  type AnyNode,
  type CallExpression,
  type Expression,
  type Program,
  type Property,
  parse,
} from 'acorn';
import { ancestor } from 'acorn-walk';
import { transform } from 'esbuild';
import type { SettingRead } from '../../policy/index.ts';

const variable = /^[A-Z][A-Z0-9_]{2,}$/;
/** Schema libraries under their usual names, and envalid's validators. */
const schemaRoots = new Set(['z', 'zod', 'Joi', 'joi', 'v', 'yup', 't', 'Type', 's']);
const validators = new Set(['str', 'num', 'bool', 'url', 'port', 'host', 'email', 'json', 'makeValidator']);
const optionalMethods = new Set(['default', 'optional', 'nullish', 'catch', 'prefault', 'exactOptional']);

/** `process.env.X`, `process.env['X']`, `const { X } = process.env`, `env.X`, and the keys of schemas for the environment. */
export async function settingsOfJavaScript(code: string, file: string): Promise<readonly SettingRead[]> {
  const program = await parseAnyDialect(code);
  if (program === null) return [];
  const found: SettingRead[] = [];
  const add = (name: string, required: boolean, fallback: string | null = null): void => {
    if (variable.test(name)) found.push({ name, required, fallback, file });
  };
  ancestor(program, {
    MemberExpression(node, _state, ancestors) {
      if (!isEnvironment(node.object)) return;
      const name = nameOf(node.property, node.computed);
      if (name === null) return;
      const { required, fallback } = useOf(node, ancestors);
      add(name, required, fallback);
    },
    VariableDeclarator(node) {
      if (node.id.type !== 'ObjectPattern' || node.init == null || !isEnvironment(node.init)) return;
      for (const property of node.id.properties) {
        if (property.type !== 'Property') continue;
        const name = nameOf(property.key, property.computed);
        const fallback = property.value.type === 'AssignmentPattern' ? textOf(property.value.right) : null;
        if (name !== null) add(name, property.value.type !== 'AssignmentPattern', fallback);
      }
    },
    ObjectExpression(node) {
      for (const property of node.properties) {
        if (property.type === 'Property') readSchemaKey(property, add);
      }
    },
  });
  return found;
}

/** TypeScript, JSX and JavaScript alike; null for what is none of them. */
async function parseAnyDialect(code: string): Promise<Program | null> {
  try {
    const { code: plain } = await transform(code, { loader: 'tsx', format: 'esm', target: 'esnext' }).catch(
      () => transform(code, { loader: 'ts', format: 'esm', target: 'esnext' }),
    );
    return parse(plain, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true });
  } catch {
    return null;
  }
}

/** `process.env`, `import.meta.env`, `Bun.env`, or a variable called `env`. */
function isEnvironment(node: AnyNode): boolean {
  if (node.type === 'Identifier') return node.name === 'env';
  return node.type === 'MemberExpression' && nameOf(node.property, node.computed) === 'env';
}

function nameOf(node: AnyNode, computed: boolean): string | null {
  if (!computed && node.type === 'Identifier') return node.name;
  return node.type === 'Literal' && typeof node.value === 'string' ? node.value : null;
}

/** `?? fallback`, `|| fallback`, comparisons and conditions can do without the variable. */
function useOf(node: AnyNode, ancestors: readonly AnyNode[]): { required: boolean; fallback: string | null } {
  const parent = ancestors.at(-2);
  if (parent === undefined) return { required: true, fallback: null };
  if (parent.type === 'LogicalExpression') {
    return { required: false, fallback: parent.left === node ? textOf(parent.right) : null };
  }
  const copes = [
    'BinaryExpression',
    'UnaryExpression',
    'IfStatement',
    'ConditionalExpression',
    'ChainExpression',
    'AssignmentExpression',
  ];
  if (copes.includes(parent.type)) return { required: false, fallback: null };
  // `Number(process.env.X ?? 5)` was seen above; `Boolean(process.env.X)` asks whether it is there.
  const asks =
    parent.type === 'CallExpression' &&
    parent.callee.type === 'Identifier' &&
    parent.callee.name === 'Boolean';
  return { required: !asks, fallback: null };
}

function readSchemaKey(
  property: Property,
  add: (name: string, required: boolean, fallback: string | null) => void,
): void {
  const name = nameOf(property.key, property.computed);
  if (name === null || property.value.type !== 'CallExpression') return;
  const calls = chainOf(property.value);
  const root = calls.at(-1);
  if (root === undefined || !isSchema(root)) return;
  const fallbackCall = calls.find(({ method }) => method === 'default' || method === 'prefault');
  const options = root.call.arguments[0];
  const hasDefault =
    options?.type === 'ObjectExpression' &&
    options.properties.some(
      (one) => one.type === 'Property' && /^(dev)?default$/i.test(nameOf(one.key, one.computed) ?? ''),
    );
  const required = !hasDefault && !calls.some(({ method }) => optionalMethods.has(method));
  const [fallback] = fallbackCall?.call.arguments ?? [];
  add(name, required, fallback === undefined ? null : textOf(fallback));
}

interface ChainLink {
  readonly method: string;
  readonly call: CallExpression;
  readonly object: string | null;
}

/** `z.coerce.number().int().default(5)`, outermost call first. */
function chainOf(call: CallExpression): readonly ChainLink[] {
  const links: ChainLink[] = [];
  let node: Expression | AnyNode = call;
  while (node.type === 'CallExpression') {
    const { callee }: CallExpression = node;
    if (callee.type === 'Identifier') {
      links.push({ method: callee.name, call: node, object: null });
      break;
    }
    if (callee.type !== 'MemberExpression') break;
    let object: AnyNode = callee.object;
    while (object.type === 'MemberExpression') object = object.object;
    links.push({
      method: nameOf(callee.property, callee.computed) ?? '',
      call: node,
      object: object.type === 'Identifier' ? object.name : null,
    });
    node = object;
  }
  return links;
}

function isSchema({ object, method }: ChainLink): boolean {
  return object === null ? validators.has(method) : schemaRoots.has(object);
}

function textOf(node: AnyNode): string | null {
  if (node.type === 'Literal' && node.value !== null) return String(node.value);
  return null;
}
