import { type Copy, DockerfileParser, type From, type Instruction } from 'dockerfile-ast';
import type { DockerfileFacts } from '../../policy/index.ts';

/** What a Dockerfile says about its last stage's user and ports, and what any stage copies from the build context. */
export function readDockerfile(text: string): DockerfileFacts {
  const instructions = DockerfileParser.parse(text).getInstructions();
  const lastFrom = instructions.findLastIndex((one) => one.getKeyword() === 'FROM');
  const lastStage = instructions.slice(Math.max(0, lastFrom));
  const valuesOf = (keyword: string): readonly string[] =>
    lastStage
      .filter((one) => one.getKeyword() === keyword)
      .flatMap((one) => one.getArguments().map((argument) => argument.getValue()));
  return {
    exposes: valuesOf('EXPOSE')
      .map((port) => Number.parseInt(port, 10))
      .filter(Number.isInteger),
    user: valuesOf('USER').at(-1) ?? userOfParent(instructions, lastFrom),
    copies: instructions.flatMap((one) => (isCopy(one.getKeyword()) ? sourcesOf(one as Copy) : [])),
  };
}

/** `FROM base` after `FROM node AS base` and its `USER node` runs as `node`. */
function userOfParent(instructions: readonly Instruction[], lastFrom: number): string | null {
  const parent = (instructions[lastFrom] as From | undefined)?.getImage() ?? null;
  const start = instructions.findIndex(
    (one, index) =>
      index < lastFrom && one.getKeyword() === 'FROM' && (one as From).getBuildStage() === parent,
  );
  if (parent === null || start < 0) return null;
  const end = instructions.findIndex((one, index) => index > start && one.getKeyword() === 'FROM');
  const user = instructions.slice(start, end).findLast((one) => one.getKeyword() === 'USER');
  return user?.getArguments()[0]?.getValue() ?? null;
}

function isCopy(keyword: string): boolean {
  return keyword === 'COPY' || keyword === 'ADD';
}

/** Everything but the target; nothing for `--from` another stage, here-documents and addresses. */
function sourcesOf(copy: Copy): DockerfileFacts['copies'] {
  const flags = 'getFlags' in copy ? copy.getFlags() : [];
  if (flags.some((flag) => flag.getName() === 'from')) return [];
  const values = copy.getArguments().map((argument) => argument.getValue());
  const paths = values
    .map((value) => value.replace(/^\[?\s*"?|"?,?\s*\]?$/g, ''))
    .filter((path) => path !== '');
  const line = (copy.getRange()?.start.line ?? 0) + 1;
  return paths
    .slice(0, -1)
    .filter((source) => !source.startsWith('<<') && !/^(https?|git):/.test(source))
    .map((source) => ({ source, line }));
}
