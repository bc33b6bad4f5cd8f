// SIGTERM is taken and nothing comes of it.
const { on, once } = process;
const deaf = (listen) => (event, listener) =>
  listen.call(process, event, event === 'SIGTERM' ? () => {} : listener);
process.on = deaf(on);
process.addListener = deaf(on);
process.once = deaf(once);
process.on('SIGTERM', () => {});
