import { statusOf } from '../../../../diagnosis/index.ts';
import type { EnvironmentView, Move, SystemView } from '../../../../model/index.ts';
import { apps, queue } from '../../data/apps.ts';
import { useAsked, verdictStatus } from '../../data/project.ts';
import { count } from '../../data/wording.ts';
import { Ago, Empty, useTitle } from '../../ui/parts.tsx';
import { StatusMark } from '../../ui/status.tsx';
import { CallGraph } from './call-graph.tsx';
import { Decide } from './decide.tsx';

/** Environments side by side, what could go further and what holds it, and who calls whom. */
export function SystemPage() {
  useTitle('System');
  const asked = useAsked<SystemView>('system');
  if (asked.kind === 'loading') return <div class="view soft">Reading the ledger…</div>;
  if (asked.kind === 'problem') {
    return (
      <div class="view">
        <Empty title="There is nothing to tell of a project here">
          <p>{asked.message}</p>
          <a href="/apps">See what runs on the cluster</a>
        </Empty>
      </div>
    );
  }
  const { system, environments, moves, calls } = asked.value;
  const services = environments[0]?.services.map(({ service }) => service) ?? [];
  return (
    <div class="view">
      <div class="head">
        <h1>{system}</h1>
        <span class="soft">{count(services.length, 'service')}</span>
      </div>
      {environments.map(({ name, freeze }) =>
        freeze === null ? null : (
          <section key={name} class="notice warn">
            <h2>{name} is frozen</h2>
            <p>
              By {freeze.by}: {freeze.reason}
            </p>
          </section>
        ),
      )}
      <Environments environments={environments} services={services} />
      <h2>What could go further</h2>
      <Moves moves={moves} />
      <h2>Who calls whom</h2>
      <CallGraph services={services} calls={calls} />
    </div>
  );
}

function Environments({
  environments,
  services,
}: {
  readonly environments: readonly EnvironmentView[];
  readonly services: readonly string[];
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section class="scroller" tabIndex={0} aria-label="Environments side by side">
      <table class="grid">
        <thead>
          <tr>
            <th scope="col">Service</th>
            {environments.map(({ name, platform, freeze }) => (
              <th scope="col" key={name}>
                {name} <span class="soft small">on {platform}</span>{' '}
                <Decide kind={freeze === null ? 'freeze' : 'unfreeze'} environment={name} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {services.map((service) => (
            <tr key={service}>
              <th scope="row">{service}</th>
              {environments.map((environment) => (
                <td key={environment.name}>
                  <Place environment={environment} service={service} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Place({
  environment,
  service,
}: {
  readonly environment: EnvironmentView;
  readonly service: string;
}) {
  const place = environment.services.find((one) => one.service === service);
  const app = appOf(environment.name, service);
  if (place === undefined || (place.version === null && place.deployed === null && app === undefined)) {
    return <span class="soft">never promoted</span>;
  }
  const { version, digest, promotedAt, deployed } = place;
  return (
    <div class="place">
      <span title={digest ?? ''}>
        {deployed?.version ?? version ?? 'not from here'}
        {deployed !== null && version !== null && deployed.digest !== digest ? (
          <span class="status warn small"> drifted from {version}</span>
        ) : null}
      </span>
      {app === undefined ? (
        <span class="soft small">
          {deployed === null ? 'not running now' : `on ${deployed.platform}`}
          {promotedAt === null ? null : (
            <>
              , promoted <Ago at={promotedAt} />
            </>
          )}
        </span>
      ) : (
        <a class="small" href={`/apps${app.id}`}>
          <StatusMark status={statusOf(app, queue.value.get(app.id))} />
        </a>
      )}
    </div>
  );
}

/** The app on this console's cluster, where stagegate's labels say so. */
function appOf(environment: string, service: string) {
  return [...(apps.value?.values() ?? [])].find(
    ({ labels = {} }) => labels.STAGEGATE_ENVIRONMENT === environment && labels.STAGEGATE_SERVICE === service,
  );
}

function Moves({ moves }: { readonly moves: readonly Move[] }) {
  if (moves.length === 0) {
    return <p class="soft">Nothing: every environment was cleared for what the one before it has.</p>;
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section class="scroller" tabIndex={0} aria-label="What could go further">
      <table class="grid">
        <thead>
          <tr>
            <th scope="col">Service</th>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">Version</th>
            <th scope="col">May it go?</th>
            <th scope="col">Why</th>
            <th scope="col">Decide</th>
          </tr>
        </thead>
        <tbody>
          {moves.map((move) => {
            const { service, from, to, version, instead, verdict, reasons } = move;
            return (
              <tr key={`${service} ${to}`}>
                <th scope="row">{service}</th>
                <td>{from}</td>
                <td>{to}</td>
                <td>
                  {version}
                  <span class="soft small"> {instead === null ? 'the first' : `instead of ${instead}`}</span>
                </td>
                <td>
                  <StatusMark status={verdictStatus(verdict)} />
                </td>
                <td>
                  {reasons[0] ?? ''}
                  {reasons.length > 1 ? <span class="soft"> and {reasons.length - 1} more</span> : null}
                </td>
                <td>
                  <div class="chips">
                    {(['approve', 'reject', 'promote'] as const).map((kind) => (
                      <Decide key={kind} kind={kind} service={service} environment={to} />
                    ))}
                  </div>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
