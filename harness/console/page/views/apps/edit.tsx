import { useState } from 'preact/hooks';
import { call, get } from '../../api.ts';
import { refresh } from '../../data/apps.ts';
import { type Difference, definitionOf, differencesOf } from '../../data/definition.ts';
import type { App } from '../../data/types.ts';
import { go } from '../../router.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { say } from '../../ui/toasts.tsx';
import { Differences } from './differences.tsx';

const example = {
  id: '/my-app',
  cmd: 'python3 -m http.server $PORT0',
  cpus: 0.1,
  mem: 64,
  instances: 1,
  healthChecks: [{ protocol: 'MESOS_HTTP', path: '/', gracePeriodSeconds: 30, intervalSeconds: 5 }],
};

/** A definition as JSON: of a new app where `app` is null. Marathon judges it, and its messages are shown. */
export function EditApp({ app, onClose }: { readonly app: App | null; readonly onClose: () => void }) {
  const [text, setText] = useState(() => JSON.stringify(app === null ? example : definitionOf(app), null, 2));
  /** The version that the text was made from, and what somebody else changed since. */
  const [base, setBase] = useState(app);
  const [theirs, setTheirs] = useState<readonly Difference[]>([]);
  const parsed = parse(text);

  const save = async (force: boolean): Promise<void> => {
    if (parsed.definition === null) throw new Error(parsed.problem);
    const { definition } = parsed;
    if (base === null) {
      await call('POST', 'marathon/v2/apps', definition);
      say('good', `${definition.id} was created.`);
      go(`/apps${definition.id.startsWith('/') ? '' : '/'}${definition.id}`);
      return;
    }
    const { app: now } = await get<{ app: App }>(`marathon/v2/apps${base.id}`);
    if (now.version !== base.version) {
      setTheirs(differencesOf(definitionOf(base), definitionOf(now)));
      setBase(now);
      throw new Error(
        'Somebody else changed this app while you were editing. Look at what changed below; saving again puts your text over it.',
      );
    }
    await call('PUT', `marathon/v2/apps${base.id}${force ? '?force=true' : ''}`, definition);
    refresh(base.id);
    say('busy', `${base.id} is being deployed.`, '/deployments');
  };

  const title = app === null ? 'Create app' : `Edit ${app.id}`;
  return (
    <Dialog
      title={title}
      action={app === null ? 'Create' : 'Deploy'}
      isWide
      canAct={parsed.definition !== null}
      onAct={save}
      onClose={onClose}
    >
      <label class="stack">
        Definition (JSON, as in Marathon's reference)
        <textarea
          class="field"
          rows={20}
          spellcheck={false}
          aria-invalid={parsed.definition === null}
          aria-describedby="json-problem"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <p id="json-problem" class="small soft" role="status">
        {parsed.problem}
      </p>
      {theirs.length === 0 ? null : (
        <section class="notice warn">
          <h3>Changed by somebody else</h3>
          <Differences differences={theirs} />
          <button
            type="button"
            class="button small"
            onClick={() => base !== null && setText(JSON.stringify(definitionOf(base), null, 2))}
          >
            Drop my text and start from theirs
          </button>
        </section>
      )}
      {base === null || parsed.definition === null ? null : (
        <details>
          <summary>What deploying this changes</summary>
          <Differences differences={differencesOf(definitionOf(base), parsed.definition)} />
        </details>
      )}
    </Dialog>
  );
}

type Parsed =
  | { readonly definition: { readonly id: string }; readonly problem: string }
  | { readonly definition: null; readonly problem: string };

function parse(text: string): Parsed {
  try {
    const definition: unknown = JSON.parse(text);
    if (
      typeof definition === 'object' &&
      definition !== null &&
      'id' in definition &&
      typeof definition.id === 'string'
    ) {
      return { definition: { ...definition, id: definition.id }, problem: '' };
    }
    return { definition: null, problem: 'A definition is a JSON object with an id.' };
  } catch (error) {
    return { definition: null, problem: `Not JSON yet: ${(error as Error).message}` };
  }
}
