const paths = {
  apps: 'M2.5 2.5h4.5v4.5H2.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5H2.5zM9 9h4.5v4.5H9z',
  deployments: 'M8 2v8M4.8 5.2 8 2l3.2 3.2M2.5 10.5v3h11v-3',
  cluster: 'M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01',
  logs: 'M2.5 3.5h11M2.5 6.5h8M2.5 9.5h11M2.5 12.5h6',
  requests: 'M2 5h11M10 2l3 3-3 3M14 11H3M6 8l-3 3 3 3',
  timeline: 'M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2M8 4.8V8l2.3 1.6',
  system: 'M3 3.5h3v3H3zM10 9.5h3v3h-3zM6 5h3.5a2 2 0 0 1 2 2v2.5',
  runs: 'M4 2.8 12.5 8 4 13.2z',
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9M10.4 10.4 14 14',
  check: 'M3 8.4 6.5 12 13 4.5',
  cross: 'M4 4l8 8M12 4l-8 8',
  turn: 'M13.5 8A5.5 5.5 0 1 1 8 2.5',
  wait: 'M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2M8 5v3.4M8 11h.01',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  dot: 'M8 5.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5',
  plus: 'M8 3v10M3 8h10',
  folder: 'M2 4h4l1.5 1.8H14V13H2z',
  file: 'M4 2h5.5L12 4.5V14H4z',
  up: 'M4.5 9.5 8 6l3.5 3.5',
  down: 'M4.5 6.5 8 10l3.5-3.5',
} as const;

export type IconName = keyof typeof paths;

/** A picture beside a word, never instead of one: hidden from screen readers. */
export function Icon({
  name,
  size = 16,
  turning = false,
}: {
  readonly name: IconName;
  readonly size?: number;
  readonly turning?: boolean;
}) {
  return (
    <svg
      class={turning ? 'turning' : undefined}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}
