import { useEffect, useState } from 'preact/hooks';
import { messageOf } from '../../../../plumbing/thrown.ts';
import { call, get } from '../../api.ts';
import { refresh } from '../../data/apps.ts';
import { definitionOf, differencesOf } from '../../data/definition.ts';
import type { App } from '../../data/types.ts';
import { moment } from '../../data/wording.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Ago } from '../../ui/parts.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { say } from '../../ui/toasts.tsx';
import { Differences } from './differences.tsx';

interface Version {
  readonly at: string;
  readonly isCurrent: boolean;
}

/** Every definition the app has had; any of them can be looked at and deployed again. */
export function Versions({ app }: { readonly app: App }) {
  const [versions, setVersions] = useState<readonly Version[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  useEffect(() => {
    get<{ versions: readonly string[] }>(`marathon/v2/apps${app.id}/versions`)
      .then(({ versions }) => setVersions(versions.map((at) => ({ at, isCurrent: at === app.version }))))
      .catch((error) => setProblem(messageOf(error)));
  }, [app.id, app.version]);
  const columns: readonly Column<Version>[] = [
    {
      key: 'at',
      title: 'Version',
      width: 'minmax(0, 1fr)',
      cell: ({ at }) => <span title={at}>{moment(at)}</span>,
    },
    { key: 'ago', title: 'Age', width: '110px', isWide: true, cell: ({ at }) => <Ago at={at} /> },
    {
      key: 'do',
      title: 'Do',
      width: '150px',
      cell: ({ at, isCurrent }) =>
        isCurrent ? (
          <span class="soft">current</span>
        ) : (
          <button
            type="button"
            class="button small"
            aria-label={`Compare, roll back to ${moment(at)}`}
            onClick={() => setChosen(at)}
          >
            Compare, roll back
          </button>
        ),
    },
  ];
  if (problem !== null) return <p class="soft">{problem}</p>;
  return (
    <>
      <Table label="Versions" columns={columns} rows={versions} rowKey={({ at }) => at} />
      {chosen === null ? null : <RollBack app={app} version={chosen} onClose={() => setChosen(null)} />}
    </>
  );
}

function RollBack({
  app,
  version,
  onClose,
}: {
  readonly app: App;
  readonly version: string;
  readonly onClose: () => void;
}) {
  const [earlier, setEarlier] = useState<App | null>(null);
  useEffect(() => {
    void get<App>(`marathon/v2/apps${app.id}/versions/${version}`).then(setEarlier, () => setEarlier(null));
  }, [app.id, version]);
  return (
    <Dialog
      title={`Roll ${app.id} back?`}
      action="Roll back"
      canAct={earlier !== null}
      onClose={onClose}
      onAct={async (force) => {
        const { app: now } = await get<{ app: App }>(`marathon/v2/apps${app.id}`);
        if (now.version !== app.version)
          throw new Error(
            'Somebody else changed this app a moment ago. Close this and look at what it is now.',
          );
        await call('PUT', `marathon/v2/apps${app.id}${force ? '?force=true' : ''}`, { id: app.id, version });
        refresh(app.id);
        say('busy', `${app.id} rolls back to the definition of ${moment(version)}.`, '/deployments');
      }}
    >
      <p>To the definition of {moment(version)}. It changes:</p>
      {earlier === null ? (
        <p class="soft">Reading that version…</p>
      ) : (
        <Differences differences={differencesOf(definitionOf(app), definitionOf(earlier))} />
      )}
    </Dialog>
  );
}
