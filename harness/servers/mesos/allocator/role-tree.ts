import { addTo, type Quantities, subtractFrom } from './quantities.ts';

/** One framework's account in one role. */
export interface Client {
  readonly frameworkId: string;
  /** Scalars allocated to it in this role, offered ones included. */
  readonly allocated: Map<string, number>;
  allocations: number;
  /** Inactive clients are passed over: the framework is disconnected, or suppressed the role. */
  active: boolean;
  /** A framework that left the role stays on the books until what it holds there is released. */
  subscribed: boolean;
}

/**
 * A role with its accounts. Accounts of a role include those of the roles below it, so that children share what their
 * parent gets. The clients of a role that has children stand in the order beside those children, as one sibling.
 */
export interface RoleNode {
  /** The full path; empty for the root. */
  readonly name: string;
  readonly parent: RoleNode | null;
  readonly children: Map<string, RoleNode>;
  readonly clients: Map<string, Client>;
  weight: number;
  readonly allocated: Map<string, number>;
  allocations: number;
  /** What the clients of this very role hold. */
  readonly own: Map<string, number>;
  ownAllocations: number;
  /** The part of `allocated` that counts against quota: neither reserved nor revocable. */
  readonly unreserved: Map<string, number>;
  /** What agents hold reserved for this role and those below it, allocated or not. */
  readonly reserved: Map<string, number>;
  order: readonly (RoleNode | OwnClients)[] | null;
  clientOrder: readonly Client[] | null;
}

/** The clients of a role that also has children. */
interface OwnClients {
  readonly clientsOf: RoleNode;
}

/** The roles as a tree, kept in the order of dominant-resource fairness. */
export class RoleTree {
  readonly #root = newNode('', null);
  readonly #nodes = new Map<string, RoleNode>();
  /** Cluster totals, against which shares are taken. */
  readonly #total = new Map<string, number>();

  get(role: string): RoleNode | undefined {
    return this.#nodes.get(role);
  }

  /** Every role that is in use, and their ancestors. */
  get roles(): Iterable<RoleNode> {
    return this.#nodes.values();
  }

  ensure(role: string): RoleNode {
    const known = this.#nodes.get(role);
    if (known !== undefined) return known;
    const slash = role.lastIndexOf('/');
    const parent = slash < 0 ? this.#root : this.ensure(role.slice(0, slash));
    const node = newNode(role, parent);
    parent.children.set(role, node);
    this.#nodes.set(role, node);
    return node;
  }

  /** Forgets roles that nothing speaks of any more, from `role` upwards. */
  prune(role: string): void {
    for (let node = this.#nodes.get(role); node?.parent != null; node = node.parent) {
      const inUse = node.clients.size > 0 || node.children.size > 0 || node.weight !== 1;
      if (inUse || node.allocated.size > 0 || node.reserved.size > 0) return;
      node.parent.children.delete(node.name);
      this.#nodes.delete(node.name);
      disorder(node.parent);
    }
  }

  setWeight(role: string, weight: number): void {
    const node = this.ensure(role);
    node.weight = weight;
    disorder(node);
    this.prune(role);
  }

  addClient(role: string, frameworkId: string): Client {
    const node = this.ensure(role);
    const client = node.clients.get(frameworkId) ?? newClient(frameworkId);
    client.subscribed = true;
    node.clients.set(frameworkId, client);
    disorder(node);
    return client;
  }

  removeClient(role: string, frameworkId: string): void {
    const node = this.#nodes.get(role);
    const client = node?.clients.get(frameworkId);
    if (node === undefined || client === undefined) return;
    client.active = false;
    client.subscribed = false;
    if (client.allocated.size === 0) node.clients.delete(frameworkId);
    disorder(node);
    this.prune(role);
  }

  setActive(role: string, frameworkId: string, active: boolean): void {
    const node = this.#nodes.get(role);
    const client = node?.clients.get(frameworkId);
    if (node === undefined || client === undefined || client.active === active) return;
    client.active = active;
    disorder(node);
  }

  addTotal(total: Quantities): void {
    addTo(this.#total, total);
    this.#disorderAll();
  }

  subtractTotal(total: Quantities): void {
    subtractFrom(this.#total, total);
    this.#disorderAll();
  }

  /** Puts `scalars` on the account of a framework, its role and the roles above; `unreserved` is the part under quota. */
  charge(role: string, frameworkId: string, scalars: Quantities, unreserved: Quantities): void {
    const node = this.ensure(role);
    const client = node.clients.get(frameworkId) ?? newClient(frameworkId);
    node.clients.set(frameworkId, client);
    addTo(client.allocated, scalars);
    client.allocations++;
    addTo(node.own, scalars);
    node.ownAllocations++;
    for (let at: RoleNode | null = node; at !== null; at = at.parent) {
      addTo(at.allocated, scalars);
      addTo(at.unreserved, unreserved);
      at.allocations++;
    }
    disorder(node);
  }

  release(role: string, frameworkId: string, scalars: Quantities, unreserved: Quantities): void {
    const node = this.#nodes.get(role);
    if (node === undefined) return;
    const client = node.clients.get(frameworkId);
    if (client !== undefined) {
      subtractFrom(client.allocated, scalars);
      if (!client.subscribed && client.allocated.size === 0) node.clients.delete(frameworkId);
    }
    subtractFrom(node.own, scalars);
    for (let at: RoleNode | null = node; at !== null; at = at.parent) {
      subtractFrom(at.allocated, scalars);
      subtractFrom(at.unreserved, unreserved);
    }
    disorder(node);
    this.prune(role);
  }

  addReserved(role: string, scalars: Quantities): void {
    for (let at: RoleNode | null = this.ensure(role); at !== null; at = at.parent)
      addTo(at.reserved, scalars);
  }

  subtractReserved(role: string, scalars: Quantities): void {
    for (let at = this.#nodes.get(role) ?? null; at !== null; at = at.parent)
      subtractFrom(at.reserved, scalars);
    this.prune(role);
  }

  /** Roles with active clients, the one furthest below its fair share first. */
  *inOrder(from: RoleNode = this.#root): Generator<RoleNode> {
    from.order ??= this.#sortRoles(from);
    for (const next of from.order) {
      if ('clientsOf' in next) yield next.clientsOf;
      else if (next.children.size === 0) yield next;
      else yield* this.inOrder(next);
    }
  }

  /** Active clients of one role, the one furthest below its fair share first. */
  clientsInOrder(node: RoleNode): readonly Client[] {
    node.clientOrder ??= [...node.clients.values()]
      .filter(({ active }) => active)
      .map((client) => ({ client, share: this.#share(client.allocated) }))
      .sort(
        (a, b) =>
          a.share - b.share ||
          a.client.allocations - b.client.allocations ||
          compareText(a.client.frameworkId, b.client.frameworkId),
      )
      .map(({ client }) => client);
    return node.clientOrder;
  }

  #sortRoles(node: RoleNode): readonly (RoleNode | OwnClients)[] {
    const candidates: { role: RoleNode | OwnClients; share: number; allocations: number; name: string }[] =
      [];
    for (const child of node.children.values()) {
      if (!hasActiveClients(child)) continue;
      const share = this.#share(child.allocated) / child.weight;
      candidates.push({ role: child, share, allocations: child.allocations, name: child.name });
    }
    if (node.children.size > 0 && hasOwnActiveClients(node)) {
      const own = { role: { clientsOf: node }, allocations: node.ownAllocations, name: `${node.name}/.` };
      candidates.push({ ...own, share: this.#share(node.own) });
    }
    return candidates
      .sort((a, b) => a.share - b.share || a.allocations - b.allocations || compareText(a.name, b.name))
      .map(({ role }) => role);
  }

  /** The largest part of any scalar of the cluster that `allocated` is. */
  #share(allocated: Quantities): number {
    let share = 0;
    for (const [name, milli] of allocated) {
      const total = this.#total.get(name) ?? 0;
      if (total > 0) share = Math.max(share, milli / total);
    }
    return share;
  }

  #disorderAll(): void {
    for (const node of [this.#root, ...this.#nodes.values()]) {
      node.order = null;
      node.clientOrder = null;
    }
  }
}

function newClient(frameworkId: string): Client {
  return { frameworkId, allocated: new Map(), allocations: 0, active: false, subscribed: false };
}

function newNode(name: string, parent: RoleNode | null): RoleNode {
  return {
    name,
    parent,
    children: new Map(),
    clients: new Map(),
    weight: 1,
    allocated: new Map(),
    allocations: 0,
    own: new Map(),
    ownAllocations: 0,
    unreserved: new Map(),
    reserved: new Map(),
    order: null,
    clientOrder: null,
  };
}

/** A change in a role changes the order of its clients, and its own place among its siblings, up to the root. */
function disorder(node: RoleNode): void {
  node.clientOrder = null;
  for (let at: RoleNode | null = node; at !== null; at = at.parent) at.order = null;
}

function hasOwnActiveClients(node: RoleNode): boolean {
  for (const { active } of node.clients.values()) if (active) return true;
  return false;
}

function hasActiveClients(node: RoleNode): boolean {
  if (hasOwnActiveClients(node)) return true;
  for (const child of node.children.values()) if (hasActiveClients(child)) return true;
  return false;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
