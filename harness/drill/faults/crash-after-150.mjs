const { Server } = process.getBuiltinModule('node:http');
const { emit } = Server.prototype;
let asked = 0;
Server.prototype.emit = function (event, request, ...rest) {
  if (event === 'request' && !/health|ready|live/i.test(request.url) && ++asked === 150) process.exit(1);
  return emit.call(this, event, request, ...rest);
};
