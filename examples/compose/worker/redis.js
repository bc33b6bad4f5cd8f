const { connect } = require('node:net');

/** Sends one command and resolves to the first line of the answer. */
exports.ask = (...words) =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(process.env.REDIS_PORT), process.env.REDIS_HOST);
    socket.setTimeout(2000, () => socket.destroy(new Error('Redis did not answer in time')));
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      resolve(chunk.toString().split('\r\n').slice(0, 2).join(' '));
      socket.end();
    });
    socket.write(`${words.join(' ')}\r\n`);
  });
