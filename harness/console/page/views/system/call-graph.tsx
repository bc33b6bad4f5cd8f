import { useMemo } from 'preact/hooks';
import { type Status, shortName } from '../../../../diagnosis/index.ts';
import type { Call } from '../../../../model/index.ts';
import { apps } from '../../data/apps.ts';
import { requests, useRequests } from '../../data/requests.ts';
import { count } from '../../data/wording.ts';
import { StatusMark } from '../../ui/status.tsx';
import { layersOf } from './layers.ts';

const boxWidth = 150;
const boxHeight = 38;
const gapX = 70;
const gapY = 22;

const contracts: Readonly<Record<NonNullable<Call['contract']>, Status>> = {
  pass: { word: 'kept', tone: 'good' },
  fail: { word: 'broken', tone: 'bad' },
  inconclusive: { word: 'unknown', tone: 'warn' },
};

/** Services from left to right in the order of their calls; the table below says the same in words. */
export function CallGraph({
  services,
  calls,
}: {
  readonly services: readonly string[];
  readonly calls: readonly Call[];
}) {
  useRequests();
  const places = useMemo(() => placesOf(services, calls), [services.join(), JSON.stringify(calls)]);
  const traffic = useMemo(trafficByService, [requests.value, apps.value]);
  const width = Math.max(...[...places.values()].map(({ x }) => x + boxWidth), 0) + 2;
  const height = Math.max(...[...places.values()].map(({ y }) => y + boxHeight), 0) + 2;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <section class="scroller card" tabIndex={0} aria-label="Graph of calls">
        <svg
          class="graph"
          width={width}
          height={height}
          role="img"
          aria-label="Who calls whom; the table below says the same"
        >
          {calls.map((call) => (
            <Edge key={`${call.from} ${call.to}`} call={call} places={places} />
          ))}
          {[...places].map(([name, { x, y }]) => (
            <g key={name} transform={`translate(${x + 1} ${y + 1})`}>
              <rect width={boxWidth} height={boxHeight} rx="8" />
              <text x="12" y="16">
                {name}
              </text>
              <text x="12" y="31" class="note">
                {count(traffic.get(name) ?? 0, 'request')}
              </text>
            </g>
          ))}
        </svg>
      </section>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <section class="scroller" tabIndex={0} aria-label="Calls">
        <table class="grid">
          <thead>
            <tr>
              <th scope="col">Caller</th>
              <th scope="col">Called</th>
              <th scope="col">Contract</th>
            </tr>
          </thead>
          <tbody>
            {calls.map(({ from, to, contract }) => (
              <tr key={`${from} ${to}`}>
                <th scope="row">{from}</th>
                <td>{to}</td>
                <td>
                  {contract === null ? (
                    <span class="soft">none</span>
                  ) : (
                    <StatusMark status={contracts[contract]} />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

type Places = ReadonlyMap<string, { readonly x: number; readonly y: number }>;

function placesOf(services: readonly string[], calls: readonly Call[]): Places {
  const layers = layersOf(services, calls);
  return new Map(
    layers.flatMap((layer, column) =>
      layer.map(
        (name, row) => [name, { x: column * (boxWidth + gapX), y: row * (boxHeight + gapY) }] as const,
      ),
    ),
  );
}

function Edge({ call, places }: { readonly call: Call; readonly places: Places }) {
  const [from, to] = [places.get(call.from), places.get(call.to)];
  if (from === undefined || to === undefined) return null;
  const [x1, y1, x2, y2] = [from.x + boxWidth + 1, from.y + boxHeight / 2, to.x - 3, to.y + boxHeight / 2];
  const bend = Math.max(24, (x2 - x1) / 2);
  const tone = call.contract === null ? 'idle' : contracts[call.contract].tone;
  return (
    <path
      class={`edge ${tone}`}
      d={`M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2} m-6,-4 l6,4 l-6,4`}
    />
  );
}

/** Requests that the edge remembers, by the service that was asked. */
function trafficByService(): ReadonlyMap<string, number> {
  const counted = new Map<string, number>();
  for (const { appId } of requests.value ?? []) {
    const service = apps.value?.get(appId)?.labels?.STAGEGATE_SERVICE ?? shortName(appId);
    counted.set(service, (counted.get(service) ?? 0) + 1);
  }
  return counted;
}
