import { z } from 'zod';
import { type CustomCheck, stageNames, weekdays } from '../model/index.ts';
import { name } from './schema-words.ts';

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a time of day such as "09:30"');
const date = z.iso.date({ error: 'write a date such as "2026-12-24"' });
const hours = z.number().positive();
const person = z.string().min(1);

const timeWindow = z.strictObject({
  days: z.array(z.enum(weekdays)).optional(),
  dates: z.array(date).optional(),
  from: clockTime.optional(),
  to: clockTime.optional(),
  timeZone: z.string().refine(isTimeZone, 'write a time zone such as "Europe/Berlin"'),
  reason: z.string().optional(),
});

/** What a gate asks for besides stages. */
export const gateRules = {
  /** Stage → how many tests must have passed for the artifact. Default 1. */
  minimumTests: z.partialRecord(z.enum(stageNames), z.number().int().positive()).optional(),
  /** Older evidence does not count. Default 168, a week; null: it never gets old. */
  evidenceMaxAgeHours: hours.nullable().optional(),
  /** People who must say yes to exactly this artifact. */
  approvals: z
    .strictObject({
      /** Default 1. */
      count: z.number().int().positive().optional(),
      /** At least one approval of each of these `roles`. */
      roles: z.array(name).optional(),
      /** Whether an author of the change counts. Default false. */
      byAuthor: z.boolean().optional(),
      /** Default 72; null: they hold for ever. */
      expireAfterHours: hours.nullable().optional(),
    })
    .optional(),
  /** How long it must have stayed where it comes from, without a break. */
  soakMinutes: z.number().min(0).optional(),
  /** If there is one, one must be open. */
  allow: z.array(timeWindow).optional(),
  /** Wins over `allow`. */
  deny: z.array(timeWindow).optional(),
  /** Under which runtime it must have been built and tested. */
  runtime: z.enum(['process', 'docker']).optional(),
  /** Whether uncommitted changes are refused. Default false. */
  cleanCommit: z.boolean().optional(),
  /** Branches of which one must hold the commit. */
  branches: z.array(z.string().min(1)).optional(),
  /** Most tests that may have failed before they passed for this artifact. */
  maxFlakyTests: z.number().int().min(0).optional(),
  /** How it is watched once it is deployed on a lasting platform. */
  observe: z
    .strictObject({
      seconds: z.number().min(0),
      /** Share of its requests that may fail. Default 0.01. */
      maxFailedShare: z.number().min(0).max(1).optional(),
      /** Fewer requests say nothing about it. Default 20. */
      minRequests: z.number().int().min(0).optional(),
    })
    .optional(),
  /** Whether a rollback is let in whatever freezes and windows say. Default true. */
  rollbackAnytime: z.boolean().optional(),
  /** Who may break the glass: at least one of these roles. Absent: nobody. */
  breakGlass: z.strictObject({ roles: z.array(name).min(1) }).optional(),
  /** Checks of the project's own. */
  checks: z
    .array(z.custom<CustomCheck>((value) => isCheck(value), 'write { name, judge(about) { … } }'))
    .optional(),
};

/** Role → the people who have it, as git knows them: mail addresses. */
export const roles = z.record(name, z.array(person).min(1, 'name at least one person'));

/** Tests that may fail until a day, because somebody is mending them. */
export const quarantine = z.array(
  z.strictObject({
    service: name,
    stage: z.enum(stageNames),
    /** Full title. */
    test: z.string().min(1),
    owner: person,
    reason: z.string().min(1),
    /** The last day. */
    until: date,
  }),
);

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

function isCheck(value: unknown): boolean {
  const { name: called, judge } = (value ?? {}) as { readonly name?: unknown; readonly judge?: unknown };
  return typeof called === 'string' && called !== '' && typeof judge === 'function';
}
