import type { ComponentChildren } from 'preact';
import { about, startAbout } from './about.ts';
import { apps, deployments } from './data/apps.ts';
import { isConnected, lostSources } from './live.ts';
import { followLink, place } from './router.ts';
import { Icon, type IconName } from './ui/icon.tsx';
import { Jump } from './ui/jump.tsx';
import { Empty } from './ui/parts.tsx';
import { Toasts } from './ui/toasts.tsx';
import { viewAt } from './views/index.tsx';

void startAbout();

interface NavItem {
  readonly href: string;
  readonly title: string;
  readonly icon: IconName;
  readonly count?: number;
}

/** The frame around every view: where one can go, and whether what is shown is true now. */
export function Shell() {
  const items: readonly NavItem[] = [
    ...(about.value?.hasProject === true
      ? ([
          { href: '/system', title: 'System', icon: 'system' },
          { href: '/runs', title: 'Runs', icon: 'runs' },
        ] as const)
      : []),
    { href: '/apps', title: 'Apps', icon: 'apps', count: apps.value?.size },
    {
      href: '/deployments',
      title: 'Deployments',
      icon: 'deployments',
      count: deployments.value.length || undefined,
    },
    { href: '/logs', title: 'Logs', icon: 'logs' },
    { href: '/requests', title: 'Requests', icon: 'requests' },
    { href: '/timeline', title: 'Timeline', icon: 'timeline' },
    { href: '/cluster', title: 'Cluster', icon: 'cluster' },
  ];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: only links inside are followed, and they have keys of their own
    // biome-ignore lint/a11y/noStaticElementInteractions: as above
    <div class="shell" onClick={followLink}>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <nav class="side" aria-label="Main">
        <a class="brand" href="/">
          <img src="/assets/icon.svg" alt="" />
          <span>
            stagegate
            <small>{about.value?.title ?? ''}</small>
          </span>
        </a>
        {items.map((item) => (
          <NavLink key={item.href} item={item} />
        ))}
        <div class="foot">
          <Jump />
        </div>
      </nav>
      <Banners />
      <main class="main" id="main" tabIndex={-1}>
        {viewAt(place.value.path) ?? (
          <div class="view">
            <Empty title="There is no such page">
              <a href="/apps">Go to the apps</a>
            </Empty>
          </div>
        )}
      </main>
      <Toasts />
    </div>
  );
}

function NavLink({ item }: { readonly item: NavItem }) {
  const { href, title, icon, count } = item;
  const isHere =
    place.value.path === href ||
    (place.value.path === '/' && href === '/system') ||
    place.value.path.startsWith(`${href}/`);
  return (
    <a class="nav" href={href} aria-current={isHere ? 'page' : undefined}>
      <Icon name={icon} />
      {title}
      {count === undefined ? null : <span class="count">{count}</span>}
    </a>
  );
}

/** Said plainly whenever the page may be showing the past. */
function Banners() {
  if (!isConnected.value) {
    return (
      <Banner>
        The console does not answer: the command that serves it may have ended. What you see may be old; it
        connects again by itself. If the command was started anew, open the new link it prints.
      </Banner>
    );
  }
  const lost = [...lostSources.value];
  if (lost.length === 0) return <div />;
  return (
    <Banner>
      {lost
        .map(
          ([source, because]) => `${source === 'mesos' ? 'Mesos' : 'Marathon'} does not answer (${because}).`,
        )
        .join(' ')}{' '}
      What you see may be old; it connects again by itself.
    </Banner>
  );
}

function Banner({ children }: { readonly children: ComponentChildren }) {
  return (
    <div class="banner" role="alert">
      <Icon name="wait" />
      <span>{children}</span>
    </div>
  );
}
