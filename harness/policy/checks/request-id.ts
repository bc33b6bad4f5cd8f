import { rehearsalCheck } from './rehearsal/rehearsal-check.ts';

/** Of the calls that belong to requests, nearly all carry the id. */
const least = 0.2;

/** Does it pass the id of a request on, where the system does that? */
export default rehearsalCheck('request-id', 63, ({ measures: { requestIds } }) => {
  if (requestIds === undefined) return null;
  const { passedOn, echoed, passingExpected, echoExpected, neighbours } = requestIds;
  if (passingExpected && passedOn !== undefined && passedOn < least) {
    return {
      outcome: 'fail',
      reason: `does not pass the id of a request (x-request-id) on to ${neighbours.join(', ')}`,
    };
  }
  if (echoExpected && echoed !== undefined && echoed < least) {
    return {
      outcome: 'fail',
      reason: 'does not answer with the id of the request (x-request-id), as the others do',
    };
  }
  if (!passingExpected && !echoExpected) return null;
  return { outcome: 'pass', reason: 'passes the id of a request on' };
});
