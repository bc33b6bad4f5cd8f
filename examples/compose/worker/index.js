const { ask } = require('./redis.js');

/** Counts visits that the API has put into the list. */
async function count() {
  const answer = await ask('LPOP', 'visits');
  if (answer.startsWith('$3')) await ask('INCR', 'counted');
  setTimeout(count, answer.startsWith('$3') ? 0 : 50);
}
count().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
process.on('SIGTERM', () => process.exit(0));
