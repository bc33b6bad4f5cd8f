import type { VerifierResult } from '../../contracts/index.ts';

/**
 * One sentence for each promise a provider broke, the first line being enough for a list; below them what the provider
 * wrote last. Text instead of results is what the verifier said in another way.
 */
export function explainVerification(
  provider: string,
  said: string | readonly VerifierResult[],
  lastOutput = '',
): string {
  if (typeof said === 'string') return `${provider} could not be verified: ${said}`;
  const broken = said.filter(({ passed, pending }) => !passed && !pending);
  const [first] = broken;
  if (first === undefined) return `${provider} could not be verified`;
  const others = broken.length === 1 ? '' : `, and ${broken.length - 1} more below`;
  return [
    `${provider} breaks what ${first.consumer} expects of "${first.description}": ${first.differences[0]}${others}`,
    ...broken.flatMap(({ consumer, description, states, differences }) => [
      '',
      `${consumer}: ${description}${given(states)}`,
      ...differences.map((difference) => `  ${difference}`),
    ]),
    ...(lastOutput === '' ? [] : ['', lastOutput]),
  ].join('\n');
}

function given(states: readonly string[]): string {
  return states.length === 0 ? '' : `, given ${states.map((state) => `"${state}"`).join(' and ')}`;
}
