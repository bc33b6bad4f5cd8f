import { useState } from 'preact/hooks';
import { shortName } from '../../../../diagnosis/index.ts';
import { call } from '../../api.ts';
import { refresh } from '../../data/apps.ts';
import type { App } from '../../data/types.ts';
import { count } from '../../data/wording.ts';
import { go } from '../../router.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { say } from '../../ui/toasts.tsx';
import { EditApp } from './edit.tsx';

type Action = 'scale' | 'restart' | 'suspend' | 'edit' | 'destroy';

/** What may be done with an app, and the question before each. */
export function AppActions({ app }: { readonly app: App }) {
  const [action, setAction] = useState<Action | null>(null);
  const close = (): void => setAction(null);
  const button = (name: Action, title: string, classes = ''): object => (
    <button type="button" class={`button ${classes}`} onClick={() => setAction(name)}>
      {title}
    </button>
  );
  return (
    <div class="actions">
      {button('scale', 'Scale')}
      {button('restart', 'Restart')}
      {app.instances > 0 ? button('suspend', 'Suspend') : null}
      {button('edit', 'Edit')}
      {button('destroy', 'Destroy', 'danger')}
      {action === null ? null : <Question action={action} app={app} onClose={close} />}
    </div>
  );
}

function Question({
  action,
  app,
  onClose,
}: {
  readonly action: Action;
  readonly app: App;
  readonly onClose: () => void;
}) {
  switch (action) {
    case 'scale':
      return <Scale app={app} onClose={onClose} />;
    case 'edit':
      return <EditApp app={app} onClose={onClose} />;
    case 'restart':
      return (
        <Dialog
          title={`Restart ${app.id}?`}
          action="Restart"
          onClose={onClose}
          onAct={async (force) => {
            await call('POST', `marathon/v2/apps${app.id}/restart${forced(force)}`);
            done(app, `${app.id} restarts.`);
          }}
        >
          <p>
            Every task is replaced by a new one of the same definition, as the upgrade strategy says; requests
            go on being served where it allows.
          </p>
        </Dialog>
      );
    case 'suspend':
      return (
        <Dialog
          title={`Suspend ${app.id}?`}
          action="Suspend"
          onClose={onClose}
          onAct={async (force) => {
            await scale(app, 0, force);
            done(app, `${app.id} is being suspended.`);
          }}
        >
          <p>
            {count(app.instances, 'task')} will be stopped. The definition stays; scaling it up starts it
            again.
          </p>
        </Dialog>
      );
    case 'destroy':
      return <Destroy app={app} onClose={onClose} />;
  }
}

function Scale({ app, onClose }: { readonly app: App; readonly onClose: () => void }) {
  const [text, setText] = useState(String(app.instances));
  const instances = Number(text);
  const isValid = /^\d+$/.test(text) && instances <= 10_000;
  return (
    <Dialog
      title={`Scale ${app.id}`}
      action={isValid ? `Scale to ${instances}` : 'Scale'}
      canAct={isValid}
      onClose={onClose}
      onAct={async (force) => {
        await scale(app, instances, force);
        done(app, `${app.id} scales to ${instances}.`);
      }}
    >
      <label class="stack">
        Instances
        <input
          class="field"
          type="number"
          min={0}
          inputMode="numeric"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <p class="soft">
        Now {app.tasksRunning ?? 0} of {app.instances} run.
      </p>
    </Dialog>
  );
}

function Destroy({ app, onClose }: { readonly app: App; readonly onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const name = shortName(app.id);
  return (
    <Dialog
      title={`Destroy ${app.id}?`}
      action="Destroy"
      isDangerous
      canAct={typed === name}
      onClose={onClose}
      onAct={async (force) => {
        await call('DELETE', `marathon/v2/apps${app.id}${forced(force)}`);
        done(app, `${app.id} is being removed.`);
        go('/apps');
      }}
    >
      <p>
        Its {count(app.tasksRunning ?? 0, 'task')} will be stopped, and its definition and versions forgotten.
      </p>
      <label class="stack">
        Type {name} to confirm
        <input
          class="field"
          value={typed}
          autocomplete="off"
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </label>
    </Dialog>
  );
}

function scale(app: App, instances: number, force: boolean): Promise<unknown> {
  return call('PATCH', `marathon/v2/apps${app.id}${forced(force)}`, { instances });
}

function forced(force: boolean): string {
  return force ? '?force=true' : '';
}

function done(app: App, text: string): void {
  refresh(app.id);
  say('busy', text, '/deployments');
}
