const { ask } = require('./redis.js');

/** Counts visits that the API has put into the list; while Redis is away, it waits for it. */
async function count() {
  const answer = await ask('LPOP', 'visits').catch((error) => error.message);
  if (answer.startsWith('$3')) await ask('INCR', 'counted').catch(() => {});
  setTimeout(count, answer.startsWith('$3') ? 0 : 50);
}
count();
process.on('SIGTERM', () => process.exit(0));
