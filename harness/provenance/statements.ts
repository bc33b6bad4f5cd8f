import type { BuiltArtifact, Evidence, JudgedVerdict } from '../ledger/index.ts';

/** An in-toto statement, version 1. */
export interface Statement {
  readonly _type: 'https://in-toto.io/Statement/v1';
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  readonly predicateType: string;
  readonly predicate: object;
}

type Subject = Pick<BuiltArtifact, 'service' | 'digest'>;

const verifier = 'https://stagegate.dev/verifier';

/** SLSA provenance, version 1: from which commit the bytes were built, when, and by which run. */
export function provenanceOf(artifact: BuiltArtifact): Statement {
  const { service, version, commit, runtime, builtAt, runId, fingerprint } = artifact;
  return about(artifact, 'https://slsa.dev/provenance/v1', {
    buildDefinition: {
      buildType: 'https://stagegate.dev/build/v1',
      externalParameters: { service, version, runtime },
      internalParameters: { fingerprint },
      resolvedDependencies: commit === null ? [] : [{ uri: `git:${commit}`, digest: { gitCommit: commit } }],
    },
    runDetails: {
      builder: { id: 'https://stagegate.dev/builder' },
      metadata: { invocationId: runId, finishedOn: builtAt },
    },
  });
}

const results = { pass: 'PASSED', fail: 'FAILED', inconclusive: 'WARNED', skipped: 'WARNED' } as const;

/** in-toto test result, version 0.1, of one stage; `passed` are titles of its test cases. */
export function testResultOf(evidence: Evidence, passed: readonly string[]): Statement {
  const { service, digest, stage, status, failed, runId } = evidence;
  return about({ service, digest }, 'https://in-toto.io/attestation/test-result/v0.1', {
    result: results[status],
    configuration: [{ name: stage, uri: `stagegate:run/${runId}`, digest: {} }],
    passedTests: passed,
    warnedTests: [],
    failedTests: failed,
  });
}

/** SLSA verification summary, version 1: the answer of a gate and what it was given. */
export function summaryOf(verdict: JudgedVerdict, policyDigest: string): Statement {
  const { service, digest, to, kind, checks, decidedAt } = verdict;
  return about({ service, digest }, 'https://slsa.dev/verification_summary/v1', {
    verifier: { id: verifier },
    timeVerified: decidedAt,
    resourceUri: `stagegate:${to}/${service}@${digest}`,
    policy: { uri: `stagegate:gate/${to}`, digest: { sha256: policyDigest } },
    inputAttestations: [],
    verificationResult: kind === 'pass' ? 'PASSED' : 'FAILED',
    verifiedLevels: [],
    checks,
  });
}

function about({ service, digest }: Subject, predicateType: string, predicate: object): Statement {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: service, digest: { sha256: digest.replace('sha256:', '') } }],
    predicateType,
    predicate,
  };
}
