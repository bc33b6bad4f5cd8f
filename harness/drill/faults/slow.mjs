const { Server } = process.getBuiltinModule('node:http');
const { emit } = Server.prototype;
Server.prototype.emit = function (event, request, ...rest) {
  if (event !== 'request' || /health|ready|live/i.test(request.url))
    return emit.call(this, event, request, ...rest);
  setTimeout(() => emit.call(this, event, request, ...rest), 700);
  return true;
};
