// It says that it is ready and answers nothing for another eight seconds.
const { Server } = process.getBuiltinModule('node:http');
const { emit } = Server.prototype;
const startedMs = Date.now();
Server.prototype.emit = function (event, request, response, ...rest) {
  const cold = Date.now() - startedMs < 8000;
  if (event === 'request' && cold && !/health|ready|live/i.test(request.url)) {
    response.writeHead(503).end();
    return true;
  }
  if (event === 'request' && cold && /ready/i.test(request.url)) {
    response.writeHead(200).end('{}');
    return true;
  }
  return emit.call(this, event, request, response, ...rest);
};
