import { shortDigest, timeOfDay } from '../../model/index.ts';
import type { Check } from '../check.ts';

/** Names the bytes the answer is about; they must still be there to be deployed. */
export default {
  name: 'artifact',
  order: 10,
  ofRollbacks: true,
  judge: ({ artifact, available }) => {
    const about = `${shortDigest(artifact.digest)} (${artifact.version}) at ${timeOfDay(artifact.builtAt)}`;
    return available === undefined || available.has(artifact.digest)
      ? [{ check: 'artifact', outcome: 'pass', reason: `built as ${about}` }]
      : [
          {
            check: 'artifact',
            outcome: 'inconclusive',
            reason: `the bytes of ${about} cannot be had from here; build ${artifact.commit ?? 'that version'} again`,
          },
        ];
  },
} satisfies Check;
