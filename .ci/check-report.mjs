/** Fails unless reports/run.json says that every service of the sample system went to production, under the given runtime. */
import { readFileSync } from 'node:fs';

const [runtime] = process.argv.slice(2);
const report = JSON.parse(readFileSync('reports/run.json', 'utf8'));
const problems = [
  report.verdict === 'pass' ? null : `the verdict is ${report.verdict}`,
  report.runtime === runtime ? null : `the runtime is ${report.runtime}, not ${runtime}`,
  report.verdicts.length > 0 ? null : 'there is no verdict',
  ...report.verdicts.map(({ service, to, kind }) =>
    kind === 'pass' ? null : `${service} to ${to}: ${kind}`,
  ),
].filter((problem) => problem !== null);
for (const problem of problems) process.stderr.write(`reports/run.json: ${problem}\n`);
process.exit(problems.length === 0 ? 0 : 1);
