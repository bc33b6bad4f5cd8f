import type { ContractVersion, Pair } from '../../contracts/index.ts';
import { shortDigest } from '../../model/index.ts';
import type { GateQuestion } from '../check.ts';
import type { Neighbour } from './neighbours-there.ts';

/** `orders 1.4.0+g3f2a91c (3f2a91c0d4e5)` */
export function named({ name, version, digest }: ContractVersion): string {
  return `${name} ${version}${digest === null ? '' : ` (${shortDigest(digest)})`}`;
}

/** Why a pair says no, with both versions, the first interaction and what to do where nothing is known. */
export function sentenceOf(pair: Pair, neighbour: Neighbour, { artifact, to }: GateQuestion): string {
  const { consumer, provider, outcome } = pair;
  const there = placeOf(neighbour, to);
  const other = `${named(neighbour)}, ${there},`;
  const isConsumer = consumer.name === artifact.service;
  if (outcome === 'fail') {
    const what = failureOf(pair);
    return isConsumer
      ? `${named(consumer)} expects what ${other} does not do: ${what}`
      : `${named(provider)} breaks what ${other} expects: ${what}`;
  }
  const question = isConsumer
    ? `whether ${other} does what ${named(consumer)} expects`
    : `whether ${named(provider)} does what ${other} expects`;
  return `${question} is unknown: ${causeOf(pair)}`;
}

function placeOf({ how }: Neighbour, to: string): string {
  if (how === 'entering') return `which may enter ${to}`;
  if (how === 'recorded') return `recorded as being in ${to}`;
  return how === 'deployed' ? `deployed in ${to}` : `promoted to ${to}`;
}

/** The first interaction that failed, and how many more did. */
function failureOf({ verification }: Pair): string {
  const [first, ...others] = (verification?.interactions ?? []).filter(({ status }) => status === 'fail');
  if (first === undefined) return 'no interaction is named';
  const because = first.because === undefined ? '' : `: ${first.because}`;
  return `"${first.description}"${because}${others.length === 0 ? '' : ` (and ${others.length} more)`}`;
}

function causeOf({ verification, content, consumer, provider }: Pair): string {
  if (verification !== undefined) {
    const open = verification.interactions.find(({ status }) => status !== 'pass');
    const about = open === undefined ? '' : ` of "${open.description}"`;
    return `the verification${about} was inconclusive${open?.because === undefined ? '' : `: ${open.because}`}`;
  }
  if (content === null) {
    return `the ledger did not keep that pact; check out ${named(consumer)} and run: stagegate stage contract ${consumer.name}`;
  }
  if (provider.digest === null)
    return `nobody has verified it; verify it where ${provider.name} is built and publish the result to the broker`;
  return `nobody has verified it; run: stagegate contracts verify ${provider.name}`;
}
