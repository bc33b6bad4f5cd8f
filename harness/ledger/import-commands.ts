import type { Batch } from './store.ts';

export const entriesFile = 'entries.jsonl';
const committer = 'stagegate <stagegate@localhost>';

/** The batch as one commit behind `head`, in the language of `git fast-import`; answers with the commit's id. */
export function importCommands(
  ref: string,
  head: string | null,
  { entries, objects, summary }: Batch,
): string {
  const files = [
    { path: entriesFile, content: entries },
    ...[...objects].map(([id, content]) => ({ path: `objects/${id}`, content })),
  ];
  const seconds = Math.floor(Date.now() / 1000);
  return [
    ...files.map(({ content }, index) => `blob\nmark :${index + 2}\n${data(content)}`),
    `commit ${ref}\nmark :1\ncommitter ${committer} ${seconds} +0000\n${data(summary)}`,
    ...(head === null ? [] : [`from ${head}\n`]),
    'deleteall\n',
    ...files.map(({ path }, index) => `M 100644 :${index + 2} ${path}\n`),
    '\nget-mark :1\n',
  ].join('');
}

function data(content: string): string {
  return `data ${Buffer.byteLength(content)}\n${content}\n`;
}
