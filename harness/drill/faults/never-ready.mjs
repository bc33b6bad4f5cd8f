const { Server } = process.getBuiltinModule('node:http');
const { emit } = Server.prototype;
Server.prototype.emit = function (event, request, response, ...rest) {
  if (event === 'request' && /ready/i.test(request.url)) {
    response.writeHead(503).end();
    return true;
  }
  return emit.call(this, event, request, response, ...rest);
};
