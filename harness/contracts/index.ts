export type { ReceivedRequest } from './matching/match-request.ts';
export { type Interaction, type Pact, statesOf } from './pact.ts';
export { publishPacts, readPacts } from './pact-folder.ts';
export { parsePact } from './parse-pact.ts';
export { type PactStub, startMessageStub, startStub } from './stub.ts';
export type { GivenState } from './stub-index.ts';
export type { UnmatchedRequest } from './stub-server.ts';
