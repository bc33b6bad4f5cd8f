const { createServer } = require('node:http');
const { ask } = require('./redis.js');
const { countIn } = require('./count.js');

createServer(async (request, response) => {
  try {
    if (request.url === '/live') return response.end('alive');
    if (request.url === '/health') return response.end(await ask('PING'));
    if (request.url === '/visits') {
      await ask('RPUSH', 'visits', 'one');
      return response.end(String(countIn(await ask('GET', 'counted'))));
    }
    response.writeHead(404).end();
  } catch (error) {
    response.writeHead(503).end(error.message);
  }
}).listen(process.env.PORT ?? 3000);
process.on('SIGTERM', () => process.exit(0));
