import { shortDigest, timeOfDay } from '../../model/index.ts';
import type { Check } from '../check.ts';

/** Names the bytes the answer is about. */
export default {
  name: 'artifact',
  order: 10,
  judge: ({ artifact }) => [
    {
      check: 'artifact',
      outcome: 'pass',
      reason: `built as ${shortDigest(artifact.digest)} (${artifact.version}) at ${timeOfDay(artifact.builtAt)}`,
    },
  ],
} satisfies Check;
