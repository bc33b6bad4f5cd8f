export { makePack, type PackContents, type VerifiedPack, verifyPack } from './evidence-pack.ts';
export { projectKey, readPublicKey, type SigningKey } from './keys.ts';
export { provenanceOf, type Statement, summaryOf, testResultOf } from './statements.ts';
