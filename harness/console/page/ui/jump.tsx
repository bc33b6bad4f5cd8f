import { useEffect, useRef, useState } from 'preact/hooks';
import { appIds } from '../data/apps.ts';
import { go } from '../router.ts';

const mostChoices = 9;
const pages = [
  '/apps',
  '/deployments',
  '/logs',
  '/requests',
  '/timeline',
  '/cluster',
  '/cluster/agents',
  '/cluster/tasks',
  '/cluster/roles',
  '/cluster/offers',
  '/cluster/frameworks',
  '/cluster/maintenance',
];

interface Choice {
  readonly href: string;
  readonly title: string;
}

/** Go anywhere by typing a part of its name; `/` opens it. */
export function Jump() {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const isTyping = (event.target as Element).closest('input, textarea, select, dialog') !== null;
      if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        setOpen(true);
      }
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
  return (
    <>
      <button type="button" class="button quiet small" onClick={() => setOpen(true)}>
        Jump to… <kbd>/</kbd>
      </button>
      {isOpen ? <JumpDialog onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function JumpDialog({ onClose }: { readonly onClose: () => void }) {
  const element = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  useEffect(() => element.current?.showModal(), []);
  const choices = choicesFor(text);
  const choose = (choice: Choice | undefined): void => {
    if (choice === undefined) return;
    onClose();
    go(choice.href);
  };
  const move = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    const step = event.key === 'ArrowDown' ? 1 : -1;
    setActive((active + step + choices.length) % Math.max(1, choices.length));
  };
  return (
    <dialog ref={element} class="jump" aria-label="Jump to" onClose={onClose}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          choose(choices[active]);
        }}
      >
        <input
          class="field"
          role="combobox"
          aria-label="Where to"
          aria-expanded="true"
          aria-controls="choices"
          aria-activedescendant={choices.length > 0 ? `choice-${active}` : undefined}
          placeholder="App or page"
          value={text}
          onKeyDown={move}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setActive(0);
          }}
        />
        <div id="choices" role="listbox" aria-label="Places">
          {choices.map((choice, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the text field has the keys
            <div
              key={choice.href}
              id={`choice-${index}`}
              role="option"
              aria-selected={index === active}
              onClick={() => choose(choice)}
            >
              {choice.title}
            </div>
          ))}
        </div>
      </form>
    </dialog>
  );
}

function choicesFor(text: string): readonly Choice[] {
  const wanted = text.toLowerCase();
  const places = [
    ...appIds.value.map((id) => ({ href: `/apps${id}`, title: id })),
    ...pages.map((href) => ({ href, title: href.slice(1).replace('/', ' › ') })),
  ];
  return places.filter(({ title }) => title.toLowerCase().includes(wanted)).slice(0, mostChoices);
}
