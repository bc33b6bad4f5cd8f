import { useState } from 'preact/hooks';
import type { Decided, Decision } from '../../../answers.ts';
import { call } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { say } from '../../ui/toasts.tsx';

const questions: Readonly<Record<Decision['kind'], string>> = {
  approve: 'Your approval counts for exactly these bytes, and is recorded with your address in git.',
  reject:
    'These bytes will not be let in until somebody approves them; it is recorded with your address in git.',
  promote: 'The gate is asked; if it opens, the version is deployed and recorded.',
  rollback: 'The version before is brought back, and the one that is there is held.',
  freeze: 'Nothing is let in until somebody lifts it.',
  unfreeze: 'Versions are let in again.',
};

/** A button that asks for the reason, and then does what the command of the same name does. */
export function Decide({
  kind,
  service = null,
  environment,
}: {
  readonly kind: Decision['kind'];
  readonly service?: string | null;
  readonly environment: string;
}) {
  const [isAsking, setAsking] = useState(false);
  // A promotion is recorded by its verdict; what a person says needs a reason.
  const isSpoken = kind !== 'promote';
  const [reason, setReason] = useState(isSpoken ? '' : 'promoted in the console');
  const word = kind === 'rollback' ? 'Roll back' : kind.charAt(0).toUpperCase() + kind.slice(1);
  const about = service === null ? environment : `${service} in ${environment}`;
  return (
    <>
      <button
        type="button"
        class="button small"
        aria-label={`${word} ${about}`}
        onClick={() => setAsking(true)}
      >
        {word}
      </button>
      {isAsking ? (
        <Dialog
          title={`${word} ${about}?`}
          action={word}
          isDangerous={kind === 'reject' || kind === 'rollback'}
          canAct={reason.trim() !== ''}
          onClose={() => setAsking(false)}
          onAct={async () => {
            const decision: Decision = { kind, service, environment, reason };
            const { exitCode, said } = await call<Decided>('POST', 'decide', decision);
            if (exitCode !== 0) throw new Error(said);
            say('good', said.split('\n')[0] ?? `${word}: done.`);
          }}
        >
          <p>{questions[kind]}</p>
          {isSpoken ? (
            <label class="stack">
              Reason
              <input class="field" value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
            </label>
          ) : null}
        </Dialog>
      ) : null}
    </>
  );
}
