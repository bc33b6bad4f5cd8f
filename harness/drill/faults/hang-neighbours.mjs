// Its neighbours take every connection and never answer.
const server = process.getBuiltinModule('node:net').createServer(() => {});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
server.unref();
for (const variable of __VARIABLES__) process.env[variable] = `http://127.0.0.1:${server.address().port}`;
