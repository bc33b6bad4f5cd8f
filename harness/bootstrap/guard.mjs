/**
 * Loaded into every process that the bootstrap starts: when the bootstrap is killed, its end of the channel closes,
 * and the process is asked to end as if the signal had been passed on.
 */
if (process.channel !== undefined) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
