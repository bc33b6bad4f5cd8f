import type { Resource } from '../../mesos/v1.ts';
import type { AppDefinition, PathId } from '../definition/index.ts';
import { roleOf } from './resources.ts';

/** One persistent volume of one instance, as tasks list it. */
export interface LocalVolume {
  readonly runSpecId: PathId;
  readonly containerPath: string;
  readonly uuid: string;
  /** By which Mesos knows it. */
  readonly persistenceId: string;
}

/** Whom a dynamic reservation is labelled for. */
export interface ReservationOwner {
  readonly frameworkId: string;
  readonly instanceId: string;
}

/** An operation of an ACCEPT that changes what an agent's resources are, not how many. */
export type ReservationOperation =
  | { readonly type: 'RESERVE'; readonly reserve: { readonly resources: readonly Resource[] } }
  | { readonly type: 'UNRESERVE'; readonly unreserve: { readonly resources: readonly Resource[] } }
  | { readonly type: 'CREATE'; readonly create: { readonly volumes: readonly Resource[] } }
  | { readonly type: 'DESTROY'; readonly destroy: { readonly volumes: readonly Resource[] } };

/** Marathon's labels. The second holds an instance id; it is named after what it held before there were instances. */
const frameworkLabel = 'marathon_framework_id';
const instanceLabel = 'marathon_task_id';

export function persistentVolumesOf({ container }: Pick<AppDefinition, 'container'>) {
  return (container?.volumes ?? []).filter((volume) => 'persistent' in volume);
}

/** Its instances keep their resources and volumes on one agent from their first launch on. */
export function isResident(app: Pick<AppDefinition, 'container'>): boolean {
  return persistentVolumesOf(app).length > 0;
}

/** MiB, beside the sandbox. */
export function volumeDiskOf(app: Pick<AppDefinition, 'container'>): number {
  return persistentVolumesOf(app).reduce((sum, { persistent }) => sum + persistent.size, 0);
}

export function newLocalVolumes(app: AppDefinition, newUuid: () => string): readonly LocalVolume[] {
  const safeId = app.id.slice(1).replaceAll('/', '_');
  return persistentVolumesOf(app).map(({ containerPath }) => {
    const uuid = newUuid();
    return { runSpecId: app.id, containerPath, uuid, persistenceId: `${safeId}#${containerPath}#${uuid}` };
  });
}

/** The instance that a resource is reserved for; undefined for what this framework did not reserve. */
export function instanceOfReservation(resource: Resource, frameworkId: string): string | undefined {
  const labels = (resource.reservation ?? resource.reservations?.at(-1))?.labels?.labels ?? [];
  const labelled = (name: string) => labels.find(({ key }) => key === name)?.value;
  return labelled(frameworkLabel) === frameworkId ? labelled(instanceLabel) : undefined;
}

/** What a first launch reserves, the volumes it makes, and what its task gets of both. */
export function reserveFor(
  app: AppDefinition,
  taken: readonly Resource[],
  options: {
    readonly owner: ReservationOwner;
    readonly volumes: readonly LocalVolume[];
    readonly principal: string | undefined;
  },
): { readonly operations: readonly ReservationOperation[]; readonly resources: readonly Resource[] } {
  const { owner, volumes, principal } = options;
  const reservation = {
    ...(principal === undefined ? {} : { principal }),
    labels: {
      labels: [
        { key: frameworkLabel, value: owner.frameworkId },
        { key: instanceLabel, value: owner.instanceId },
      ],
    },
  };
  const reserve = (resource: Resource): Resource => ({ ...resource, role: app.role, reservation });
  const scalars = taken.filter(({ type }) => type === 'SCALAR').map(reserve);
  const created = persistentVolumesOf(app).flatMap(({ containerPath, persistent }): readonly Resource[] => {
    const volume = volumes.find((one) => one.containerPath === containerPath);
    if (volume === undefined) return [];
    return [
      reserve({
        name: 'disk',
        type: 'SCALAR',
        scalar: { value: persistent.size },
        allocation_info: { role: app.role },
        disk: {
          persistence: { id: volume.persistenceId, ...(principal === undefined ? {} : { principal }) },
          volume: { mode: 'RW', container_path: containerPath },
        },
      }),
    ];
  });
  const sandboxDisk = app.disk > 0 ? scalars.filter(({ name }) => name === 'disk').slice(0, 1) : [];
  return {
    operations: [
      { type: 'RESERVE', reserve: { resources: scalars } },
      { type: 'CREATE', create: { volumes: created } },
    ],
    resources: [
      ...scalars.filter(({ name }) => name !== 'disk'),
      ...sandboxDisk.map((disk) => ({ ...disk, scalar: { value: app.disk } })),
      ...created,
      ...taken.filter(({ type }) => type !== 'SCALAR'),
    ],
  };
}

/** Destroys the volumes among the resources, and gives all of them back to everybody. */
export function freeing(resources: readonly Resource[]): readonly ReservationOperation[] {
  const volumes = resources.filter(({ disk }) => disk?.persistence !== undefined);
  return [
    ...(volumes.length === 0 ? [] : [{ type: 'DESTROY', destroy: { volumes } } as const]),
    { type: 'UNRESERVE', unreserve: { resources: resources.map(withoutVolume) } },
  ];
}

function withoutVolume({ disk, ...resource }: Resource): Resource {
  return disk?.source === undefined ? resource : { ...resource, disk: { source: disk.source } };
}

/** What of an offer is reserved for the instance: plain resources, and its volumes. */
export function reservedIn(
  resources: readonly Resource[],
  { frameworkId, instanceId }: ReservationOwner,
): { readonly plain: readonly Resource[]; readonly volumes: readonly Resource[] } {
  const own = resources.filter((resource) => instanceOfReservation(resource, frameworkId) === instanceId);
  return {
    plain: own.filter(({ disk }) => disk?.persistence === undefined),
    volumes: own.filter(({ disk }) => disk?.persistence !== undefined),
  };
}

/** Only what nobody has reserved can be reserved. */
export function isReservable(resource: Resource): boolean {
  return roleOf(resource) === '*';
}
