import type { Resource } from '../v1.ts';

/** A persistent volume as resources describe it. */
export interface VolumeResource {
  readonly role: string;
  /** Unique among the volumes of its role on one agent. */
  readonly id: string;
  readonly containerPath: string;
  readonly readOnly: boolean;
}

export function volumesAmong(resources: readonly Resource[]): readonly VolumeResource[] {
  return resources.flatMap(({ role, reservations, disk }) => {
    if (disk?.persistence === undefined || disk.volume === undefined) return [];
    return [
      {
        role: reservations?.at(-1)?.role ?? role ?? '*',
        id: disk.persistence.id,
        containerPath: disk.volume.container_path,
        readOnly: disk.volume.mode === 'RO',
      },
    ];
  });
}
