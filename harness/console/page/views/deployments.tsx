import { useState } from 'preact/hooks';
import { describeAction } from '../../../diagnosis/index.ts';
import { call } from '../api.ts';
import { deployments } from '../data/apps.ts';
import type { Deployment } from '../data/types.ts';
import { count } from '../data/wording.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Ago, Empty, useTitle } from '../ui/parts.tsx';
import { Meter, StatusMark } from '../ui/status.tsx';
import { say } from '../ui/toasts.tsx';
import { EventsTable } from './timeline/events-table.tsx';

/** What Marathon is changing now, step by step, and the ways to stop it; below it what it did before. */
export function DeploymentsView() {
  useTitle('Deployments');
  const running = deployments.value;
  return (
    <div class="view">
      <div class="head">
        <h1>Deployments</h1>
        <span class="soft">{running.length === 0 ? 'none under way' : `${running.length} under way`}</span>
      </div>
      {running.length === 0 ? (
        <Empty title="Nothing is being deployed">
          <p>Scaling, editing, restarting or rolling back an app starts a deployment.</p>
        </Empty>
      ) : (
        running.map((deployment) => <Card key={deployment.id} deployment={deployment} />)
      )}
      <h2>Before</h2>
      <EventsTable matches={({ deploymentId }) => deploymentId !== null} />
    </div>
  );
}

function Card({ deployment }: { readonly deployment: Deployment }) {
  const { id, version, affectedApps, currentStep, totalSteps, steps = [], currentActions = [] } = deployment;
  const [question, setQuestion] = useState<'undo' | 'stop' | null>(null);
  return (
    <section class="card" aria-label={`Deployment of ${affectedApps.join(', ')}`}>
      <div class="head">
        <StatusMark status={{ word: 'Deploying', tone: 'busy' }} />
        <h2>
          {affectedApps.map((app, index) => (
            <span key={app}>
              {index > 0 ? ', ' : ''}
              <a href={`/apps${app}`}>{app}</a>
            </span>
          ))}
        </h2>
        <span class="soft">
          started <Ago at={version} />
        </span>
        <div class="actions">
          <button type="button" class="button" onClick={() => setQuestion('undo')}>
            Undo
          </button>
          <button type="button" class="button danger" onClick={() => setQuestion('stop')}>
            Stop
          </button>
        </div>
      </div>
      <Meter
        label={`Step ${currentStep} of ${totalSteps}`}
        total={totalSteps}
        parts={[{ word: 'steps done or under way', value: currentStep, tone: 'busy' }]}
        write={String}
      />
      <ol class="steps">
        {steps.map(({ actions }, index) => (
          <li
            key={index}
            aria-current={index + 1 === currentStep ? 'step' : undefined}
            class={index + 1 === currentStep ? 'busy' : 'soft'}
          >
            {(index + 1 === currentStep && currentActions.length > 0 ? currentActions : actions)
              .map(describeAction)
              .join(', ')}
          </li>
        ))}
      </ol>
      {question === 'undo' ? (
        <Dialog
          title="Undo this deployment?"
          action="Undo"
          onClose={() => setQuestion(null)}
          onAct={async () => {
            await call('DELETE', `marathon/v2/deployments/${id}`);
            say('busy', 'A new deployment takes the change back.');
          }}
        >
          <p>
            Marathon starts another deployment that brings {count(affectedApps.length, 'app')} back to what
            was there before.
          </p>
        </Dialog>
      ) : null}
      {question === 'stop' ? (
        <Dialog
          title="Stop this deployment?"
          action="Stop"
          isDangerous
          onClose={() => setQuestion(null)}
          onAct={async () => {
            await call('DELETE', `marathon/v2/deployments/${id}?force=true`);
            say('warn', 'The deployment was stopped where it was.');
          }}
        >
          <p>
            Everything stays as it is at this moment: old and new tasks may be left side by side. To go back,
            use Undo.
          </p>
        </Dialog>
      ) : null}
    </section>
  );
}
