import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api.ts';
import { count } from '../data/wording.ts';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  /** The button that acts, such as `Scale to 3`. */
  readonly action: string;
  readonly isDangerous?: boolean;
  readonly isWide?: boolean;
  readonly canAct?: boolean;
  /** `force`: the person has been told that a deployment holds this app, and goes on. */
  readonly onAct: (force: boolean) => Promise<void>;
  readonly children: ComponentChildren;
}

/** Asks before something is done, and shows what the cluster said when it was refused. */
export function Dialog(props: DialogProps) {
  const {
    title,
    onClose,
    action,
    isDangerous = false,
    isWide = false,
    canAct = true,
    onAct,
    children,
  } = props;
  const element = useRef<HTMLDialogElement>(null);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  useEffect(() => element.current?.showModal(), []);

  const act = async (force: boolean): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await onAct(force);
      onClose();
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  const isHeld = problem instanceof ApiError && problem.status === 409;
  return (
    <dialog ref={element} class={isWide ? 'wide' : ''} aria-label={title} onClose={onClose}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          if (canAct && !isBusy) void act(false);
        }}
      >
        <h2>{title}</h2>
        {children}
        {problem === null ? null : <Problem error={problem} />}
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          {isHeld ? (
            <button type="button" class="button danger" disabled={isBusy} onClick={() => void act(true)}>
              {action} and stop the other deployment
            </button>
          ) : null}
          <button
            type="submit"
            class={`button primary ${isDangerous ? 'danger' : ''}`}
            disabled={!canAct || isBusy}
          >
            {isBusy ? 'Working…' : action}
          </button>
        </div>
      </form>
    </dialog>
  );
}

/** What was refused, in the cluster's own words. */
export function Problem({ error }: { readonly error: unknown }) {
  const { message } = error instanceof Error ? error : { message: String(error) };
  const details = error instanceof ApiError ? error.details : [];
  const held = error instanceof ApiError ? error.deployments : [];
  return (
    <div class="notice bad" role="alert">
      <h3>{message}</h3>
      {held.length === 0 ? null : (
        <p>
          {count(held.length, 'deployment')} under way {held.length === 1 ? 'changes' : 'change'} this at the
          same moment: <a href="/deployments">see {held.length === 1 ? 'it' : 'them'}</a>. Somebody else may
          have started it.
        </p>
      )}
      {details.length === 0 ? null : (
        <ul>
          {details.map((detail) => (
            <li key={detail} class="mono">
              {detail}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
